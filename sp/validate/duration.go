package validate

import (
	"fmt"
	"math"
	"regexp"
	"time"
)

// durationForm is an xs:duration (XML Schema part 2, 3.2.6) that is not negative.
var durationForm = regexp.MustCompile(`^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?$`)

// parseDuration reads an xs:duration, with years of 365 and months of 30 days,
// fractions of a second dropped. One that is too long for Go is the longest
// that Go has.
func parseDuration(text string) (time.Duration, error) {
	parts := durationForm.FindStringSubmatch(text)
	if parts == nil || text == "P" || text[len(text)-1] == 'T' {
		return 0, fmt.Errorf("%q is no duration", shortened(text))
	}
	const day = 24 * time.Hour
	total := 0.0
	for i, unit := range []time.Duration{365 * day, 30 * day, day, time.Hour, time.Minute, time.Second} {
		if n, ok := parseDigits(parts[i+1]); ok {
			total += float64(n) * float64(unit)
		}
	}
	if total >= math.MaxInt64 {
		return math.MaxInt64, nil
	}
	return time.Duration(total), nil
}
