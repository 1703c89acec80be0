package lab

import (
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// hubs opens a lab with two AdvocateHubs, the second of which has a suffix.
func hubs(t *testing.T) *Lab {
	t.Helper()
	return opened(t, "influitive", Setup{Neighbour: []*yaml.Node{overlay(t, "issuer-suffix: -Two")}})
}

// opened opens a lab of that product in a house of its own.
func opened(t *testing.T, product string, s Setup) *Lab {
	t.Helper()
	house, err := NewHouse("127.0.0.1:0", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := house.Close(); err != nil {
			t.Error(err)
		}
	})
	all, err := profile.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(p *profile.Profile) bool { return p.Name == product })
	s.Profile = all[i]
	l, err := house.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func overlay(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	return node.Content[0]
}

func body(t *testing.T, url string) string {
	t.Helper()
	res, err := client(trace.Lab).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", url, res.StatusCode, err)
	}
	return string(raw)
}

func TestNeighbour(t *testing.T) {
	t.Parallel()
	l := hubs(t)
	var name, acs string
	if err := l.AtNeighbour(func() error {
		name, acs = l.Settings.EntityID+l.Settings.IssuerSuffix, l.URLs[trace.SP]+l.Settings.ACSPath()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	own := l.URLs[trace.SP] + l.Settings.ACSPath()
	if name != "Influitive-AdvocateHub-Two" || acs == own || l.Settings.IssuerSuffix != "" {
		t.Errorf("the neighbour is %s at %s, and the tenant itself at %s", name, acs, own)
	}
	for url, want := range map[string][2]string{
		l.URLs[trace.SP]:        {"'Influitive-AdvocateHub'", own},
		l.URLs[trace.Neighbour]: {"'Influitive-AdvocateHub-Two'", acs},
	} {
		if metadata := body(t, url+"/saml/metadata"); !strings.Contains(metadata, want[0]) || !strings.Contains(metadata, want[1]) {
			t.Errorf("the metadata at %s lacks %v: %s", url, want, metadata)
		}
	}
	l.fromSP(sp.Event{Kind: "session-started", Tenant: l.house.Front.Host(l.hosts[trace.Neighbour]), Account: "a2"})
	l.fromSP(sp.Event{Kind: "session-started", Tenant: l.house.Front.Host(l.hosts[trace.SP]), Account: "a1"})
	if sessions := l.Trace.Sessions(); len(sessions) != 1 || sessions[0].Account != "a1" {
		t.Errorf("the sessions of the SP are %+v", sessions)
	}
}

// TestSettingsReachTheIdP changes a tenant as its settings page does: the
// identity provider knows it by its new name and by no other.
func TestSettingsReachTheIdP(t *testing.T) {
	t.Parallel()
	l := hubs(t)
	host, settings := l.house.Front.Host(l.hosts[trace.SP]), l.Settings
	settings.IssuerSuffix = "-Three"
	if err := l.SP.Add(sp.Tenant{
		Host: host, BaseURL: l.URLs[trace.SP], Profile: l.Setup.Profile, Settings: &settings, IdPMetadata: l.IdP.Metadata(), Key: l.house.keys.sp,
	}); err != nil {
		t.Fatal(err)
	}
	l.fromSP(sp.Event{Kind: "settings-changed", Tenant: host})
	for name, known := range map[string]bool{"Influitive-AdvocateHub": false, "Influitive-AdvocateHub-Two": true, "Influitive-AdvocateHub-Three": true} {
		if l.IdP.Unregister(name) != known {
			t.Errorf("the identity provider knows %s: want %t", name, known)
		}
	}
}

func TestNobodyAnswersAtTheDeafAddress(t *testing.T) {
	t.Parallel()
	l := hubs(t)
	impatient := &http.Client{Timeout: 50 * time.Millisecond}
	res, err := impatient.Post(l.Placeholders()["{deaf-url}"], "text/plain", strings.NewReader("hello"))
	if err == nil {
		res.Body.Close()
		t.Fatalf("it answered with %d", res.StatusCode)
	}
	if timeout, ok := err.(interface{ Timeout() bool }); !ok || !timeout.Timeout() {
		t.Errorf("it does not keep silent: %v", err)
	}
}

func TestNobodyListensAtTheClosedAddress(t *testing.T) {
	t.Parallel()
	l := hubs(t)
	res, err := http.Get(l.house.deaf.closedURL())
	if err == nil {
		res.Body.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a connection ends with %v, not refused", err)
	}
	address := strings.TrimPrefix(l.house.deaf.closedURL(), "http://")
	if taken, err := net.Listen("tcp", address); err == nil {
		taken.Close()
		t.Error("somebody else can listen there")
	}
}

// The tenants of one service provider have one clock.
func TestTimePassesOnceForBothTenants(t *testing.T) {
	t.Parallel()
	l := hubs(t)
	before := l.Clocks[trace.Neighbour].Now()
	l.Pause(time.Minute)
	for _, party := range []trace.Party{trace.SP, trace.Neighbour, trace.IdP} {
		if got := l.Clocks[party].Now().Sub(before); got != time.Minute {
			t.Errorf("%s passed for the %s", got, party)
		}
	}
}

func TestNobodyIsLeftBehindWhenALabDoesNotOpen(t *testing.T) {
	t.Parallel()
	l := hubs(t)
	before := len(l.house.Front.doors)
	if _, err := l.house.Open(Setup{Profile: l.Setup.Profile, Neighbour: []*yaml.Node{overlay(t, "issuer-sufix: -Two")}}); err == nil {
		t.Fatal("a misspelt setting is taken")
	}
	if after := len(l.house.Front.doors); after != before {
		t.Errorf("%d doors are open that nobody will shut", after-before)
	}
}
