//go:build linux

package interop

import (
	"context"
	_ "embed"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/profile"
)

// python is Debian's own, which is where python3-zeep puts its module.
const python = "/usr/bin/python3"

// zeepScript reads the portal's WSDL and calls the Originating System's
// Authentication Web Service by it, once for each pair of arguments.
//
//go:embed testdata/zeep.py
var zeepScript string

// TestZeep gives the portal's WSDL to a SOAP client that nobody here wrote,
// and lets it call the mock Originating System.
func TestZeep(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	const email = "zoe+a&é@example.com"
	service := httptest.NewUnstartedServer(nil)
	base := "http://" + service.Listener.Addr().String()
	o, err := origin.New(origin.Config{
		BaseURL: base, PortalURL: "http://portal.localhost",
		People: []origin.Person{{Login: email, Password: "x"}},
	})
	must(t, err)
	service.Config.Handler = o
	service.Start()
	t.Cleanup(service.Close)
	key, err := o.Issue(email)
	must(t, err)

	script := exec.CommandContext(ctx, python, "-c", zeepScript, portalWSDL(t, o.ServiceURL()),
		email, key, email, "0123456789abcdef", "ada@example.com", key)
	script.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	script.Stderr = os.Stderr
	said, err := script.Output()
	must(t, err)
	if got := strings.Fields(string(said)); len(got) != 4 || got[0] != "Authenticate" || got[1] != "True" || got[2] != "False" || got[3] != "False" {
		t.Errorf("zeep says %q", said)
	}
}

// portalWSDL starts a portal whose web service has that address, and returns
// where its WSDL is.
func portalWSDL(t *testing.T, serviceURL string) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	host := server.Listener.Addr().String()
	profiles, err := profile.Builtin()
	must(t, err)
	portal, err := sp.New(sp.Config{})
	must(t, err)
	for _, p := range profiles {
		if p.Name != "channeltivity" {
			continue
		}
		settings := p.Settings
		settings.Incoming.InvalidSessionURL, settings.Incoming.ServiceURL = "http://os.localhost/SSO", serviceURL
		must(t, portal.Add(sp.Tenant{Host: host, BaseURL: "http://" + host, Profile: p, Settings: &settings}))
	}
	server.Config.Handler = portal
	server.Start()
	t.Cleanup(server.Close)
	return "http://" + host + "/Settings/SSO/AuthenticationService.wsdl"
}
