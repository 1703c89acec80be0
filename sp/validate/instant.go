package validate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// instant is an xs:dateTime in an attribute.
type instant struct {
	element *xmltree.Element
	name    string
	text    string
	set     bool // the attribute is there
	valid   bool // and can be read
	utc     bool // and ends in Z, as core 1.3.3 demands
	time.Time
}

// readInstant reads the attribute of that name. A time without zone is taken
// as UTC, which is what its sender has almost always meant; one with an offset
// is converted. Both are findings of the rule times-utc.
func readInstant(e *xmltree.Element, name string) instant {
	i := instant{element: e, name: name}
	i.text, i.set = e.Attr(name)
	if i.set {
		i.Time, i.utc, i.valid = parseDateTime(strings.Trim(i.text, " \t\r\n"))
	}
	return i
}

// parseDateTime reads an xs:dateTime (XML Schema part 2, 3.2.7) without the
// liberties of time.Parse: no leap second, no year before 1, any number of
// fraction digits, years of up to six digits.
func parseDateTime(text string) (t time.Time, utc, ok bool) {
	date, clock, cut := strings.Cut(text, "T")
	if !cut {
		return t, false, false
	}
	clock, zone := splitZone(clock)
	offset, ok := parseZone(zone)
	if !ok {
		return t, false, false
	}
	clock, fraction, cut := strings.Cut(clock, ".")
	nanos, ok := parseFraction(fraction, cut)
	if !ok || len(clock) != 8 || clock[2] != ':' || clock[5] != ':' {
		return t, false, false
	}
	day := strings.Split(date, "-")
	if len(day) != 3 || len(day[0]) < 4 || len(day[0]) > 6 || len(day[1]) != 2 || len(day[2]) != 2 {
		return t, false, false
	}
	n := make([]int, 6)
	for i, digits := range []string{day[0], day[1], day[2], clock[:2], clock[3:5], clock[6:]} {
		if n[i], ok = parseDigits(digits); !ok {
			return t, false, false
		}
	}
	midnight := n[3] == 24 && n[4] == 0 && n[5] == 0 && nanos == 0
	if n[0] < 1 || n[3] > 23 && !midnight || n[4] > 59 || n[5] > 59 {
		return t, false, false
	}
	first := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if int(first.Month()) != n[1] || first.Day() != n[2] {
		return t, false, false
	}
	t = time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], nanos, time.UTC).Add(-offset)
	return t, zone == "Z", true
}

func splitZone(clock string) (rest, zone string) {
	if rest, found := strings.CutSuffix(clock, "Z"); found {
		return rest, "Z"
	}
	if i := strings.LastIndexAny(clock, "+-"); i >= 0 {
		return clock[:i], clock[i:]
	}
	return clock, ""
}

func parseZone(zone string) (time.Duration, bool) {
	if zone == "" || zone == "Z" {
		return 0, true
	}
	if len(zone) != 6 || zone[3] != ':' {
		return 0, false
	}
	hours, ok1 := parseDigits(zone[1:3])
	minutes, ok2 := parseDigits(zone[4:])
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if zone[0] == '-' {
		offset = -offset
	}
	return offset, ok1 && ok2 && minutes < 60 && hours <= 14
}

// parseFraction reads the digits after the point, to the nanosecond.
func parseFraction(digits string, present bool) (nanos int, ok bool) {
	if !present {
		return 0, true
	}
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	nanos, _ = strconv.Atoi((digits + "000000000")[:9])
	return nanos, true
}

func parseDigits(digits string) (int, bool) {
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// stamp writes a time the way SAML does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999999Z") }

// seconds writes a duration as administrators compare clocks: in seconds.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Abs().Seconds(), 'f', -1, 64) + " s"
}

// distance spells how far two times are from each other: in seconds, as clocks
// are compared, beyond two days in days, and beyond two years in years. A Duration
// ends at 292 years, and messages do not.
func distance(a, b time.Time) string {
	const day, year = 24 * 60 * 60, 365.2425 * 24 * 60 * 60
	if a.Before(b) {
		a, b = b, a
	}
	switch whole := a.Unix() - b.Unix(); {
	case float64(whole) >= 2*year:
		return fmt.Sprintf("%.0f years", float64(whole)/year)
	case whole >= 2*day:
		return fmt.Sprintf("%d days", (whole+day/2)/day)
	}
	return seconds(a.Sub(b))
}

// apart says how far two times are from each other, with both of them.
func apart(what string, t, now time.Time, tolerance time.Duration) string {
	side := "before"
	if t.After(now) {
		side = "after"
	}
	text := fmt.Sprintf("%s %s is %s %s the SP's clock, %s", what, stamp(t), distance(t, now), side, stamp(now))
	if tolerance > 0 {
		text += fmt.Sprintf(" (tolerance %s)", seconds(tolerance))
	}
	return text
}
