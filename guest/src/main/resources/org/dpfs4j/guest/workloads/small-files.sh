workdir w-small
if heavy; then count=5000; else count=1000; fi
i=0
while [ $i -lt $count ]; do
    echo "content $i" >f$i
    i=$((i + 1))
done
same "all names are listed" $count "$(ls | wc -l)"
echo 3 >/proc/sys/vm/drop_caches
same "all names are listed from the server" $count "$(ls | wc -l)"
same "all contents are right" $count "$(cat f* | sort -u | wc -l)"
same "one of them" "content 777" "$(cat f777)"

# While one process creates and deletes, another reads the directory: names that stay must be seen in every pass, none twice.
mkdir churn
i=0
while [ $i -lt 100 ]; do
    echo x >churn/stays$i
    i=$((i + 1))
done
(
    i=0
    while [ ! -e /tmp/stop ]; do
        echo x >churn/comes$i
        [ $i -ge 50 ] && rm -f churn/comes$((i - 50))
        i=$((i + 1))
    done
) &
passes=0
seen=""
twice=""
while [ $passes -lt 15 ]; do
    find churn -maxdepth 1 >/tmp/listing 2>>/tmp/listing.err
    seen="$seen $(grep -c '/stays' /tmp/listing)"
    twice="$twice$(sort /tmp/listing | uniq -d)"
    passes=$((passes + 1))
done
: >/tmp/stop
wait
rm -f /tmp/stop
same "names that stay are listed during change" "$(yes 100 | head -n $passes | tr '\n' ' ')" "${seen# } "
same "reading the directory gives no error" "" "$(grep -v comes /tmp/listing.err | sort | uniq -c | head -n 3)"
same "no name is listed twice during change" "" "$twice"
check "remove them all" rm -rf "$MNT/w-small"
refuse "they are gone" stat "$MNT/w-small"
