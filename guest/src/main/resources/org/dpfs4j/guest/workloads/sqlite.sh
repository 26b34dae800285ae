workdir w-sqlite
if heavy; then rows=20000; else rows=500; fi
i=0
{
    echo "create table t(id integer primary key, word text, number integer);"
    echo "begin;"
    while [ $i -lt $rows ]; do
        echo "insert into t values($i, 'word-$i', $((i * 7 % 1001)));"
        i=$((i + 1))
    done
    echo "commit;"
    echo "create index byword on t(word);"
    echo "update t set number = number + 1 where id % 3 = 0;"
    echo "delete from t where id % 10 = 9;"
} >/tmp/fill.sql

for mode in delete truncate persist; do
    { echo "pragma journal_mode=$mode; pragma synchronous=full;"; cat /tmp/fill.sql; } >/tmp/run.sql
    check "journal_mode=$mode: statements" sh -c "sqlite3 $mode.db </tmp/run.sql"
    same "journal_mode=$mode: integrity" ok "$(sqlite3 $mode.db 'pragma integrity_check' 2>&1)"
    same "journal_mode=$mode: rows" $((rows - rows / 10)) "$(sqlite3 $mode.db 'select count(*) from t' 2>&1)"
done
for i in 1 2 3 4 5; do
    sqlite3 delete.db "insert into t(word) values('single-$i')" || fail "single transaction $i"
done
same "single transactions" 5 "$(sqlite3 delete.db "select count(*) from t where word like 'single%'")"
sqlite3 delete.db "begin; delete from t; rollback;"
check "a rollback leaves the rows" test "$(sqlite3 delete.db 'select count(*) from t')" -gt 0
check "no journal is left behind" test ! -e delete.db-journal
echo 3 >/proc/sys/vm/drop_caches
same "integrity from the server" ok "$(sqlite3 delete.db 'pragma integrity_check' 2>&1)"
sqlite3 delete.db .dump | sha256sum >/tmp/dump.mount
cp delete.db /tmp/copy.db
same "a copy has the same content" "$(cat /tmp/dump.mount)" "$(sqlite3 /tmp/copy.db .dump | sha256sum)"
