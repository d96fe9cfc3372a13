#!/usr/bin/env bash
# Counts the instructions of each operation with valgrind.
#
#   benches/count.sh            measures and writes benches/instructions.txt
#   benches/count.sh --check    measures and compares with that file; fails above a tolerance
#
# TOLERANCE (percent, 2 if unset) is for --check. One program gives the same counts every time: addresses
# are not randomised, the environment is empty, and nothing in it is random. Another compiler gives other
# counts, so that this is run by hand.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

record=benches/instructions.txt
tolerance=${TOLERANCE:-2}

fail() {
    printf 'count.sh: %s\n' "$1" >&2
    exit "${2:-2}"
}

mode=${1:-write}
case $mode in
    write | --check) ;;
    *) fail "usage: benches/count.sh [--check]" ;;
esac
command -v cargo >/dev/null || fail "cargo is not installed; see https://rust-lang.org"
command -v setarch >/dev/null || fail "setarch is missing; it is part of util-linux, and this runs on Linux only"
command -v valgrind >/dev/null || fail "valgrind is not installed; the package has this name on most systems"
[[ $mode == write || -r $record ]] || fail "there is no $record yet; run benches/count.sh first"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Prints the path of the program. Flags of the caller would change what is counted.
build() {
    env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_RUSTFLAGS \
        cargo build --quiet --release --locked -p geleit-benches --bin count
    printf '%s/release/count\n' "${CARGO_TARGET_DIR:-target}"
}

# Runs the program, and prints a line "<instructions> <name>" for each operation.
measure() {
    local program=$1 out=$scratch/callgrind
    # The counters run inside of the function that wraps each operation; they are written and set to zero
    # when it returns. Two patterns, because callgrind keeps one setting for each.
    env -i setarch "$(uname -m)" -R valgrind --tool=callgrind --callgrind-out-file="$out" \
        --toggle-collect='count::measured*' --dump-after='*count::measured*' \
        "$program" >"$scratch/names" 2>"$scratch/log" || { cat "$scratch/log" >&2; fail "valgrind failed" 3; }
    local number=0 name file
    while IFS= read -r name; do
        number=$((number + 1))
        file=$out.$number
        [[ -r $file ]] || fail "no counts of \"$name\": is count::measured inlined?" 3
        printf '%s %s\n' "$(awk '/^(totals|summary):/ { print $2; exit }' "$file")" "$name"
    done <"$scratch/names"
    ((number > 0)) || fail "nothing was counted" 3
}

# Which code the processor that valgrind imitates lets the libraries choose.
paths() {
    if grep -qw avx2 /proc/cpuinfo; then
        echo "curve25519-dalek's AVX2 backend (verification; signing is serial in every backend)"
    else
        echo "curve25519-dalek's serial backend"
    fi
}

version_of() {
    awk -v name="$1" '$0 == "name = \"" name "\"" { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

header() {
    cat <<EOF
# Instructions of one call of each operation, and of the bare cryptography that it cannot do without ("floor").
#
# command     benches/count.sh
# rustc       $(rustc --version)
# target      $(rustc -vV | awk '/^host:/ { print $2 }')
# profile     release of the workspace (opt-level 3, fat LTO, one codegen unit), no target-cpu
# valgrind    $(valgrind --version)
# crates      ed25519-dalek $(version_of ed25519-dalek), curve25519-dalek $(version_of curve25519-dalek), sha2 $(version_of sha2), flate2 $(version_of flate2), miniz_oxide $(version_of miniz_oxide)
# paths       $(paths); sha2 in software, because valgrind knows neither SHA-NI nor AVX-512
#
# Counts are a record against regressions. They are not time: one instruction of AVX2 does the work of several,
# and software digests, which a real processor with SHA-NI runs about five times faster, weigh too much here.
#
EOF
}

# Joins each operation with its floor.
table() {
    awk '
        { count = $1; sub(/^[0-9]+ /, ""); counts[$0] = count; order[NR] = $0 }
        END {
            printf "%-56s %14s %14s %8s\n", "operation", "instructions", "floor", "ratio"
            for (i = 1; i <= NR; i++) {
                name = order[i]
                if (name ~ /, floor$/) continue
                floor = counts[name ", floor"]
                if (floor == "") printf "%-56s %14d %14s %8s\n", name, counts[name], "-", "-"
                else printf "%-56s %14d %14d %8.3f\n", name, counts[name], floor, counts[name] / floor
            }
        }' "$1"
}

# Compares two tables; fails when one operation costs more than the tolerance above what is recorded.
compare() {
    awk -v tolerance="$tolerance" '
        /^#/ || /^operation / || NF == 0 { next }
        {
            count = $(NF - 2); name = $0
            sub(/ +[0-9]+ +[0-9-]+ +[0-9.-]+$/, "", name)
            if (FILENAME == ARGV[1]) { recorded[name] = count; next }
            if (!(name in recorded)) { printf "%-56s %14d      new\n", name, count; next }
            percent = 100 * (count - recorded[name]) / recorded[name]
            worse = percent > tolerance
            failed = failed || worse
            printf "%-56s %14d %+8.2f %%%s\n", name, count, percent, worse ? "  above the tolerance" : ""
            delete recorded[name]
        }
        END {
            for (name in recorded) { printf "%-56s %14s  missing\n", name, "-"; failed = 1 }
            exit failed ? 1 : 0
        }' "$record" "$1"
}

program=$(build)
measure "$program" >"$scratch/counts"
table "$scratch/counts" >"$scratch/table"
if [[ $mode == write ]]; then
    { header && cat "$scratch/table"; } >"$scratch/record"
    mv "$scratch/record" "$record"
    echo "wrote $record"
else
    compare "$scratch/table"
fi
