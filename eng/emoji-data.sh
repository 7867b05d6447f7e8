#!/usr/bin/env bash
# Lays out pictures to learn translation from: the emoji of Google and of Twitter, 64 x 64 pixels each.
#
#   eng/emoji-data.sh [FOLDER]      artifacts/data by default
#
#   FOLDER/emoji-color/train, test               Google's, for ImagePairs.Colorization: grey is made of them when they
#                                                are read, so no file is grey
#   FOLDER/emoji-style/trainA, trainB,           Google's (A) and Twitter's (B) of the same emoji, under the same name,
#                      testA, testB              for ImagePairs.Folders
#   FOLDER/emoji-style-unpaired/trainA, trainB,  for ImageFolders.Unpaired: no emoji of trainA is in trainB; testA and
#                               testA, testB     testB hold the same, so that translations can be compared with the truth
#
# Every tenth emoji or so is for the test. All skin tones and genders of one are on the same side, and what is on
# which side is the same on all machines. The pictures come from npm's emoji-datasource-google and -twitter (122 MB).
# What is there already is left alone, without asking the network.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

VERSION=16.0.0
LAYOUTS=(emoji-color emoji-style emoji-style-unpaired)

case ${1:-} in
    -h | --help)
        sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
esac
mkdir -p "${1:-$ROOT/artifacts/data}"
data=$(cd -- "${1:-$ROOT/artifacts/data}" && pwd)

missing=()
for layout in "${LAYOUTS[@]}"; do
    [ -d "$data/$layout" ] || missing+=("$layout")
done
if [ ${#missing[@]} -eq 0 ]; then
    say "The emoji are in $data: ${LAYOUTS[*]}"
    exit 0
fi

require_npm() {
    ! command -v npm >/dev/null || return 0
    complain 'There is no program "npm", which gets the pictures. It comes with Node.js:'
    explain 'Debian or Ubuntu:  apt-get install npm'
    explain 'macOS:             brew install node'
    explain 'elsewhere:         https://nodejs.org/en/download'
    return 1
}

# Unpacks the 64 x 64 pictures of one brand into $unpacked/BRAND. npm verifies what it loads, and asks its cache first.
get() {
    local package=emoji-datasource-$1
    say "Getting $package $VERSION with npm"
    if ! (cd "$unpacked" && npm pack --silent --prefer-offline "$package@$VERSION" >/dev/null 2>npm.log </dev/null); then
        sed 's/^/   /' "$unpacked/npm.log" >&2
        complain "$package could not be loaded. Is there a network? Then run this again."
        return 1
    fi
    mkdir "$unpacked/$1"
    tar -xzf "$unpacked/$package-$VERSION.tgz" -C "$unpacked/$1" --strip-components=4 "package/img/$1/64"
    rm "$unpacked/$package-$VERSION.tgz"
}

# From file names on stdin: "SIDE HALF NAME" a line, with SIDE train or test and HALF A or B. Names that differ in skin
# tone, gender or the way they face have the same key, and a key's hash decides. A key is the first code point, of a man or
# a woman a person's. What follows a person is part of it, so that 20 jobs are 20 emoji, as is a flag's second letter.
divide() {
    awk '
        BEGIN {
            split("1f468 1f9d1 1f469 1f9d1 1f466 1f9d2 1f467 1f9d2 1f474 1f9d3 1f475 1f9d3 1f46c 1f46b 1f46d 1f46b" \
                " 1f478 1f934 1f936 1f385 1f57a 1f483", pairs, " ")
            for (i = 1; i in pairs; i += 2) neutral[pairs[i]] = pairs[i + 1]
            # Two of one thing: holding hands, kiss, couple with heart, handshake, Santa Claus.
            split("1f9d1-1f91d-1f9d1 1f46b 1f9d1-2764-1f48b-1f9d1 1f48f 1f9d1-2764-1f9d1 1f491 1f91d 1faf1 1f9d1-1f384 1f385", pairs, " ")
            for (i = 1; i in pairs; i += 2) same[pairs[i]] = pairs[i + 1]
            characters = "0123456789abcdef-"
        }
        {
            name = tolower($0)
            sub(/\.png$/, "", name)
            count = split(name, points, "-")
            key = ""
            for (i = 1; i <= count; i++) {
                point = points[i] in neutral ? neutral[points[i]] : points[i]
                # Skin tones; joiners; female, male; facing right; how a symbol is shown.
                if (i > 1 && point ~ /^(1f3f[b-f]|200d|2640|2642|27a1|fe0f)$/) continue
                if (key != "" && key !~ /^1f9d1/ && key !~ /^1f1[ef]/) break
                key = key (key == "" ? "" : "-") point
            }
            if (key in same) key = same[key]
            if (key ~ /^1f9d1(-1f9d[12])+$/) key = "1f46a" # families
            hash = 7
            for (i = 1; i <= length(key); i++) hash = (hash * 31 + index(characters, substr(key, i, 1))) % 1000003
            print (hash % 10 == 0 ? "test" : "train"), (int(hash / 10) % 2 == 0 ? "A" : "B"), $0
        }'
}

# copy BRAND TO [SIDE [HALF]]: the pictures of the list that are on that side, and in that half.
copy() {
    mkdir -p "$unpacked/$2"
    awk -v side="${3:-}" -v half="${4:-}" '(side == "" || $1 == side) && (half == "" || $2 == half) { print $3 }' "$unpacked/list" >"$unpacked/names"
    tar -C "$unpacked/$1" -cf - -T "$unpacked/names" | tar -C "$unpacked/$2" -xf -
}

require_npm
# Beside its destination, to be moved there whole.
unpacked=$(mktemp -d "$data/.emoji.XXXXXX")
trap 'rm -rf "$unpacked"' EXIT
get google
get twitter

# The emoji that both have.
for brand in google twitter; do
    (cd "$unpacked/$brand" && LC_ALL=C ls) | LC_ALL=C sort >"$unpacked/$brand.names"
done
LC_ALL=C comm -12 "$unpacked/google.names" "$unpacked/twitter.names" | divide >"$unpacked/list"

for side in train test; do
    copy google "emoji-color/$side" $side
    copy google "emoji-style/${side}A" $side
    copy twitter "emoji-style/${side}B" $side
done
copy google emoji-style-unpaired/trainA train A
copy twitter emoji-style-unpaired/trainB train B
copy google emoji-style-unpaired/testA test
copy twitter emoji-style-unpaired/testB test

for layout in "${missing[@]}"; do
    mv "$unpacked/$layout" "$data/$layout"
    for folder in "$data/$layout"/*; do
        say "$folder: $(find "$folder" -name '*.png' | wc -l | tr -d ' ') pictures"
    done
done
