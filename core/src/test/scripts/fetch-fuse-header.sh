#!/bin/sh
# Puts the newest linux/fuse.h that Debian has (package linux-libc-dev of sid) under a folder: usage: fetch-fuse-header.sh FOLDER
#
# The machine's own apt configuration, lists and packages stay untouched: apt runs on a configuration in FOLDER/apt, with
# the mirror and proxy taken from the machine's. The headers are then
# FOLDER/include/linux/fuse.h and its neighbours.
set -eu

folder=${1:?usage: fetch-fuse-header.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
apt="$folder/apt"

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | grep '/debian/*$' | head -n 1)
if [ -z "$mirror" ]; then
    echo "no Debian mirror among the machine's apt sources" >&2
    exit 1
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || { echo "no Debian archive keys at $keyring" >&2; exit 1; }

rm -rf "$apt" && mkdir -p "$apt/etc/apt.conf.d" "$apt/etc/preferences.d" "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/package"
: > "$apt/state/status"
{
    apt-config dump Acquire | grep -i proxy || true
    echo "Dir::Etc \"$apt/etc\";"
    echo "Dir::State \"$apt/state\";"
    echo "Dir::State::status \"$apt/state/status\";"
    echo "Dir::Cache \"$apt/cache\";"
    echo "Acquire::Languages \"none\";"
    echo "Acquire::Check-Valid-Until \"false\";"
    echo "Acquire::Check-Date \"false\";"
    echo "Acquire::http::Timeout \"20\";"
    echo "Acquire::Retries \"1\";"
    echo "APT::Sandbox::User \"root\";"
} > "$apt/apt.conf"
echo "deb [signed-by=$keyring] $mirror sid main" > "$apt/etc/sources.list"

export APT_CONFIG="$apt/apt.conf"
apt-get -q -q update
(cd "$apt/package" && apt-get -q -q download linux-libc-dev && dpkg-deb -x linux-libc-dev_*.deb .)
# The processors' headers are links into another folder of the package.
mkdir "$apt/include"
for part in linux asm-generic x86_64-linux-gnu aarch64-linux-gnu; do
    cp -rL "$apt/package/usr/include/$part" "$apt/include/$part"
done
rm -rf "$folder/include"
mv "$apt/include" "$folder/include"
rm -rf "$apt"
