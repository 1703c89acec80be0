package lab

import (
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// A trap is an address that only a hostile message names: whoever calls it has
// obeyed the message. It is an IP address, not a name under .localhost: a
// library that the message talks into calling would not resolve that.
const trapPath = "/trap/"

// trapAt returns the trap host that a path belongs to, "" for any other path.
func trapAt(path string) string {
	rest, ok := strings.CutPrefix(path, trapPath)
	if !ok {
		return ""
	}
	tenant, _, _ := strings.Cut(rest, "/")
	return tenant + trapSuffix
}

const trapSuffix = ".trap.localhost"

func (l *Lab) trapHost() string { return l.Setup.Tenant + trapSuffix }

// setTrap puts a door behind the trap's address that records every caller.
func (l *Lab) setTrap() {
	_, port, _ := net.SplitHostPort(l.house.Front.listener.Addr().String())
	l.trap = "http://" + net.JoinHostPort("127.0.0.1", port) + trapPath + l.Setup.Tenant
	l.house.Front.open(l.trapHost(), &door{party: trace.Lab, record: l.record, clock: l.Clocks[trace.SP], handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.record(trace.Event{At: l.Clocks[trace.SP].Now(), Party: trace.Lab, Kind: trace.KindTrapped, Note: r.Method + " " + r.URL.Path})
		http.NotFound(w, r)
	})})
}

// fillFaults replaces the placeholders in the arguments of faults.
func (l *Lab) fillFaults(faults []fault.Armed) []fault.Armed {
	filled := slices.Clone(faults)
	placeholders := l.Placeholders()
	for i := range filled {
		filled[i].Args = maps.Clone(filled[i].Args)
		for name, value := range filled[i].Args {
			for placeholder, with := range placeholders {
				value = strings.ReplaceAll(value, placeholder, with)
			}
			filled[i].Args[name] = value
		}
	}
	return filled
}
