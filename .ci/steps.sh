# Sourced by .ci/run: each step with its minutes, by the clock and of the processor, told when the gate ends. A gate that
# took more of the processor than its budget fails: the minutes of a clock tell how busy the machine was.
BUDGET=${BUDGET:-45} # minutes of processor of the machine where it was set; a slower one has as many times more
REFERENCE=0.30       # seconds that the fixed work of `slowness` took there
TOLD=()
USED=$(mktemp)
trap conclude EXIT

# Run a command as a step of that name.
step() {
  local name=$1 clock=$SECONDS before after
  shift
  times >"$USED" # here, not in $(…): a subshell knows of no child but its own
  before=$(spent)
  "$@"
  times >"$USED"
  after=$(spent)
  TOLD+=("$name;$((SECONDS - clock));$((after - before))")
}

# Seconds of processor of all the children that have ended, and of theirs, from what `times` wrote.
spent() {
  awk 'NR == 2 { gsub(",", "."); split($1, own, "m"); split($2, kernel, "m")
    printf "%d", (own[1] + kernel[1]) * 60 + own[2] + kernel[2] }' "$USED"
}

# How many times slower than the machine of reference this one is, 1 at least: the best of three times the same work.
slowness() {
  python3 - "$REFERENCE" <<'PYTHON'
import hashlib
import sys
import time


def work() -> float:
    start = time.process_time()
    for _ in range(60):
        words = sorted(str(n * 7919 % 100003) for n in range(20000))
        hashlib.sha256("".join(words).encode()).hexdigest()
    return time.process_time() - start


print(round(max(1.0, min(work() for _ in range(3)) / float(sys.argv[1])), 2))
PYTHON
}
SLOWNESS=${SLOWNESS:-$(slowness)}

conclude() {
  local code=$? seconds
  times >"$USED"
  seconds=$(spent)
  echo "Minutes (horloge, processeur) :"
  printf '%s\n' ${TOLD[@]+"${TOLD[@]}"} "en tout;$SECONDS;$seconds" |
    awk -F ';' '{ printf "  %6.1f %6.1f  %s\n", $2 / 60, $3 / 60, $1 }'
  [ "$SLOWNESS" = 1.0 ] || echo "Cette machine est $SLOWNESS fois plus lente que celle où le budget a été fixé."
  rm -f "$USED"
  if [ "$code" -eq 0 ] && awk "BEGIN { exit !($seconds > $BUDGET * 60 * $SLOWNESS) }"; then
    echo "Tout est juste, mais cela a pris plus des $BUDGET minutes de processeur permises : les tests les plus lents sont" \
      "nommés ci-dessus, et CONTRIBUTING.md (« The gate's budget ») dit comment en écrire de rapides." >&2
    exit 1
  fi
}
