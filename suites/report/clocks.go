package report

import (
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// clock is what the virtual clock of one party showed.
type clock struct {
	Party       string
	First, Last time.Time
	Moved       string // how far it was moved during the case, "" if not
	Apart       string // how it differs from the SP's, "" if not
}

// clocks reads the parties' clocks off the events. The clocks stand still
// until somebody moves them, so that they say how far apart the parties were
// and not how long the case took. A difference below a second is nobody's
// intention.
func clocks(events []trace.Event) []clock {
	var all []clock
	for _, p := range partyNames[1:] {
		var shown []time.Time
		for _, e := range events {
			if e.Party == p.party && !e.At.IsZero() {
				shown = append(shown, e.At)
			}
		}
		if shown == nil {
			continue
		}
		c := clock{Party: p.name, First: shown[0], Last: shown[len(shown)-1]}
		if moved := c.Last.Sub(c.First); moved.Abs() >= time.Second {
			c.Moved = signed(moved)
		}
		if d := apart(events, p.party); d.Abs() >= time.Second {
			c.Apart = ahead(d)
		}
		all = append(all, c)
	}
	return all
}

// apart returns by how much a party's clock was ahead of the SP's, the most
// if that changed. Only events between which no clock was moved compare.
func apart(events []trace.Event, party trace.Party) time.Duration {
	var most time.Duration
	var sp, other time.Time
	for _, e := range events {
		switch {
		case e.Kind == trace.KindClock:
			sp, other = time.Time{}, time.Time{}
		case e.At.IsZero():
		case e.Party == trace.SP:
			sp = e.At
		case e.Party == party:
			other = e.At
		}
		if sp.IsZero() || other.IsZero() {
			continue
		}
		if d := other.Sub(sp); d.Abs() > most.Abs() {
			most = d
		}
	}
	return most
}

func signed(d time.Duration) string {
	if d < 0 {
		return "moved back by " + inSeconds(-d)
	}
	return "moved on by " + inSeconds(d)
}

func ahead(d time.Duration) string {
	if d < 0 {
		return inSeconds(-d) + " behind the service provider"
	}
	return inSeconds(d) + " ahead of the service provider"
}
