# What the driver and the server have agreed on: a VMM leaves out silently what the server does not offer.
device=$(grep -l '^0x001a$' /sys/bus/virtio/devices/*/device | head -n 1)
check "there is a file system device" test -n "$device"
features=$(cat "${device%/device}/features")
feature() {
    printf '%s' "$features" | cut -c$(($1 + 1))
}
same "indirect descriptors" 1 "$(feature 28)"
same "event index" 1 "$(feature 29)"
same "version 1" 1 "$(feature 32)"
same "packed ring" "$PACKED" "$(feature 34)"
