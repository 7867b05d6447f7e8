#!/usr/bin/env bash
# What GanKit asks of a machine, and how a Debian or Ubuntu one gets it.
#
#   eng/prerequisites.sh          check, and install what is missing (installing needs root)
#
# eng/test.sh and eng/demo.sh source this file and call what they need; on a machine that has everything it changes
# nothing and needs no network.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# libLibTorchSharp.so of TorchSharp 0.107 was built with GCC 13 and asks libstdc++ for this version.
GLIBCXX=GLIBCXX_3.4.32

# Administrators' folders: ldconfig lies there, and they are not in every user's PATH.
PATH=$PATH:/usr/sbin:/sbin
# A tilde without HOME is looked up in the password file: containers and CI may leave HOME out.
export HOME=${HOME:-$(cd ~ && pwd)}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

say() { printf '%s\n' "-- $*"; }
explain() { printf '%s\n' "   $*" >&2; }
complain() { printf '%s\n' "!! $*" >&2; }
is_root() { [ "$(id -u)" -eq 0 ]; }

# A field of /etc/os-release, or nothing.
os() { (. /etc/os-release 2>/dev/null && eval "printf %s \"\${$1:-}\"") || true; }

# Runs apt-get without questions, waiting for another apt rather than failing.
quiet_apt() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 \
        apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@" </dev/null
}

# ---- the .NET SDK ---------------------------------------------------------------------------------------------------

require_dotnet() {
    local version
    if ! command -v dotnet >/dev/null; then
        complain 'The .NET 10 SDK is missing: there is no program "dotnet".'
        explain_dotnet
        return 1
    fi
    use_invariant_culture_without_icu
    # In the repository, global.json decides which SDK is taken, and whether one fits.
    if ! version=$(cd "$ROOT" && dotnet --version 2>/dev/null); then
        complain "The .NET 10 SDK is missing. dotnet knows these: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')"
        explain_dotnet
        return 1
    fi
    say ".NET SDK $version"
}

explain_dotnet() {
    explain 'Get it from https://dotnet.microsoft.com/download/dotnet/10.0, or for this user alone:'
    explain '    curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0'
    # The dollar sign is for the reader's shell.
    # shellcheck disable=SC2016
    explain '    export PATH="$HOME/.dotnet:$PATH"'
}

# A minimal system has no ICU, and the SDK does not start without one unless told. Nothing here depends on a culture.
use_invariant_culture_without_icu() {
    if [ "$(uname -s)" = Linux ] && ! ldconfig -p 2>/dev/null | grep -c 'libicuuc\.so' >/dev/null; then
        export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    fi
}

# ---- libstdc++ ------------------------------------------------------------------------------------------------------

require_libstdcxx() {
    [ "$(uname -s)" = Linux ] || return 0
    if [ "$(uname -m)" != x86_64 ]; then
        complain "TorchSharp has no libtorch for Linux on $(uname -m); it has one for x86_64."
        return 1
    fi
    if has_libstdcxx; then
        say "libstdc++ has $GLIBCXX"
        return 0
    fi
    install_libstdcxx || return 1
    if ! has_libstdcxx; then
        complain "libstdc++6 was installed, yet $(libstdcxx_file) still lacks $GLIBCXX."
        return 1
    fi
    say "libstdc++ has $GLIBCXX now"
}

# The libstdc++ that programs of this machine load, as the dynamic linker finds it, or nothing.
libstdcxx_file() {
    local folder
    local -a folders=()
    IFS=: read -r -a folders <<<"${LD_LIBRARY_PATH:-}"
    for folder in ${folders[@]+"${folders[@]}"}; do
        if [ -n "$folder" ] && [ -e "$folder/libstdc++.so.6" ]; then
            printf '%s' "$folder/libstdc++.so.6"
            return 0
        fi
    done
    { ldconfig -p 2>/dev/null || true; } | sed -n 's/^[[:space:]]*libstdc++\.so\.6 (.*x86-64.*) => //p' | sed -n 1p
}

has_libstdcxx() {
    local file
    file=$(libstdcxx_file)
    [ -n "$file" ] && grep -aqF "$GLIBCXX" "$file"
}

# Installs a libstdc++ that is new enough, where that is safe to do unasked; elsewhere says what to type.
install_libstdcxx() {
    local name version
    name=$(os PRETTY_NAME)
    version=$(os VERSION_ID)
    complain "libstdc++ is too old, or missing: TorchSharp's native library needs $GLIBCXX (GCC 13 or later), and" \
        "$(libstdcxx_file | grep . || echo 'this system') has none."
    case $(os ID):$version in
        debian:12)
            if ! is_root; then
                explain "$name is older than that. Debian 13's libstdc++6 (with its libc6) cures it and takes root:"
                explain "    sudo $ROOT/eng/prerequisites.sh"
                return 1
            fi
            install_trixie_libstdcxx
            ;;
        debian:1[3-9]* | debian: | ubuntu:2[4-9]* | ubuntu:[3-9]*)
            if ! is_root; then
                explain "It takes root to install it:"
                explain "    sudo apt-get update && sudo apt-get install libstdc++6"
                return 1
            fi
            say "Installing libstdc++6 with apt"
            { quiet_apt update && quiet_apt install -y --no-install-recommends libstdc++6; } || {
                explain "That did not work. Is there a network? Then type:  apt-get update && apt-get install libstdc++6"
                return 1
            }
            ;;
        ubuntu:*)
            explain "$name is older than that. Ubuntu 24.04 has it; on older ones the toolchain archive does:"
            explain "    sudo apt-get install software-properties-common"
            explain "    sudo add-apt-repository ppa:ubuntu-toolchain-r/test && sudo apt-get install libstdc++6"
            return 1
            ;;
        *)
            explain "Install the libstdc++ of GCC 13 or later with your distribution's package manager (this is" \
                "${name:-an unknown system}),"
            explain "or put a folder that holds a newer libstdc++.so.6 into LD_LIBRARY_PATH."
            return 1
            ;;
    esac
}

# Debian 12 takes libstdc++6 from Debian 13. The source is given for this one call, so that the machine stays a Debian 12
# to apt: nothing else is upgraded, now or later.
install_trixie_libstdcxx() (
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    chmod 755 "$work" # apt downloads as the user _apt
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    trixie=(-o Dir::Etc::sourcelist="$work/trixie.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache")
    for mirror in $(debian_mirrors); do
        say "Installing libstdc++6 from Debian 13 (trixie), $mirror"
        printf 'deb [signed-by=%s] %s trixie main\n' "$keyring" "$mirror" >"$work/trixie.list"
        if quiet_apt "${trixie[@]}" -o APT::Update::Error-Mode=any update 2>"$work/errors" \
            && quiet_apt "${trixie[@]}" install -y --no-install-recommends --no-remove libstdc++6 >"$work/log" 2>"$work/errors"; then
            return 0
        fi
        sed 's/^/   /' "$work/errors" >&2
    done
    complain "libstdc++6 could not be installed. If there is no network, connect this machine and run again:"
    explain "    $ROOT/eng/prerequisites.sh"
    explain "or copy Debian 13's packages libstdc++6, libgcc-s1, gcc-14-base, libc6 and libc-bin here, and type:"
    explain "    dpkg -i libstdc++6_*.deb libgcc-s1_*.deb gcc-14-base_*.deb libc6_*.deb libc-bin_*.deb"
    return 1
)

# The mirrors that this machine's own apt sources name for its Debian release, one a line, then Debian's public one.
debian_mirrors() {
    local release file
    release=$(os VERSION_CODENAME)
    {
        for file in /etc/apt/sources.list.d/*.sources; do
            [ -e "$file" ] || continue
            # Paragraphs of "Field: value": print the addresses of those whose suites hold the release itself.
            awk -v release="$release" '
                function flush(  i) { if (match_suite) for (i = 2; i <= count; i++) print uris[i]; match_suite = 0; count = 0 }
                /^[[:space:]]*$/  { flush() }
                tolower($1) == "uris:"   { count = split($0, uris) }
                tolower($1) == "suites:" { for (i = 2; i <= NF; i++) if ($i == release) match_suite = 1 }
                END { flush() }' "$file"
        done
        for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
            [ -e "$file" ] || continue
            # deb [options] address suite components
            sed -n 's/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]\{1,\}\)[[:space:]]\{1,\}'"$release"'[[:space:]].*/\2/p' "$file"
        done
        echo http://deb.debian.org/debian
    } | grep -E '^(https?|file):/' | sed 's|/$||' | awk '!seen[$0]++'
}

# ---- Fashion-MNIST --------------------------------------------------------------------------------------------------

# Where the library looks without a network, in its order: FashionMnist.Load.
fashion_mnist_folders() {
    [ -z "${GANKIT_DATA:-}" ] || printf '%s\n' "$GANKIT_DATA/fashion-mnist"
    printf '%s\n' /usr/share/datasets/fashion-mnist "${XDG_CACHE_HOME:-$HOME/.cache}/gankit/fashion-mnist"
}

has_fashion_mnist() {
    local folder name
    while read -r folder; do
        for name in train-images-idx3-ubyte train-labels-idx1-ubyte; do
            [ -e "$folder/$name" ] || [ -e "$folder/$name.gz" ] || continue 2
        done
        say "Fashion-MNIST is in $folder"
        return 0
    done < <(fashion_mnist_folders)
    return 1
}

# Gets Fashion-MNIST where it can. It never fails: the demo has something to show without.
want_fashion_mnist() {
    ! has_fashion_mnist || return 0
    if ! command -v apt-get >/dev/null; then
        say "Fashion-MNIST is not here, and this is no Debian or Ubuntu that could install it."
        explain_fashion_mnist
    elif ! is_root; then
        say "Fashion-MNIST is not here, and installing it takes root. To have it:"
        explain "    sudo apt-get install dataset-fashion-mnist"
        explain_fashion_mnist
    else
        say "Installing Debian's package dataset-fashion-mnist (30 MB)"
        if { quiet_apt install -y --no-install-recommends dataset-fashion-mnist >/dev/null 2>&1 \
            || { quiet_apt update && quiet_apt install -y --no-install-recommends dataset-fashion-mnist >/dev/null; }; } \
            && has_fashion_mnist; then
            return 0
        fi
        complain "dataset-fashion-mnist could not be installed. Is there a network? Then type:"
        explain "    apt-get update && apt-get install dataset-fashion-mnist"
        explain_fashion_mnist
    fi
}

explain_fashion_mnist() {
    explain "or put the four *-ubyte.gz files of Fashion-MNIST into /path/to/folder/fashion-mnist, and type:"
    explain "    export GANKIT_DATA=/path/to/folder"
}

# ---- Chromium -------------------------------------------------------------------------------------------------------

has_chromium() {
    local name
    for name in chromium chromium-headless-shell chromium-browser google-chrome google-chrome-stable; do
        ! command -v "$name" >/dev/null || return 0
    done
    return 1
}

# Gets the browser that tests open a training report with, where it can. It never fails: without one those tests are skipped.
want_chromium() {
    ! has_chromium || return 0
    if ! command -v apt-get >/dev/null || ! is_root; then
        say "There is no Chromium here; tests that open a page with it are skipped."
        return 0
    fi
    say "Installing Debian's package chromium-headless-shell"
    { quiet_apt update && quiet_apt install -y --no-install-recommends chromium-headless-shell fonts-dejavu-core; } >/dev/null 2>&1 \
        || say "It could not be installed; tests that open a page with it are skipped."
}

# ---- run by itself --------------------------------------------------------------------------------------------------

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    require_dotnet
    require_libstdcxx
    want_fashion_mnist
fi
