//go:build linux

package interop

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/browser"
)

const (
	simpleHost  = "simplesamlphp.localhost"
	passiveHost = "passive.localhost"
	metadataURL = "/simplesaml/saml2/idp/metadata.php"
	signOnURL   = "/simplesaml/saml2/idp/SSOService.php"
)

// A visit is one person's way from our service provider through simplesamlphp
// and back.
type visit struct {
	name, profile string
	encrypt       bool
	late          time.Duration // of the SP's clock
	stranger      bool          // the SP was given another key for the identity provider
	passive       bool          // the identity provider must show no page
	begin         func(*testing.T, *product, *browser.Tab)
	form          bool          // simplesamlphp asks for the password
	lands         string        // path of the SP; any when the visitor is refused
	refused       reason.Reason // "" when ada is to be signed in
	status        string        // what the identity provider answers then
	said          string        // for the end of the run
}

func visits() []visit {
	return []visit{
		{
			name: "successpro from its login page", profile: "successpro", begin: byButton, form: true, lands: "/reports/aum",
			said: "signed ada in to SuccessPro: request by Redirect, assertion signed",
		},
		{
			name: "successpro with an encrypted assertion", profile: "successpro", encrypt: true, begin: byButton, form: true, lands: "/reports/aum",
			said: "signed ada in to SuccessPro: assertion encrypted",
		},
		{
			name: "successpro from the identity provider", profile: "successpro", begin: fromIdP, form: true, lands: "/clients/42",
			said: "signed ada in to SuccessPro: unsolicited, RelayState client-42",
		},
		{
			name: "eft by POST", profile: "eft", begin: byPath, form: true, lands: "/files",
			said: "signed ada in to Globalscape EFT: request by POST, NameID unspecified",
		},
		{
			name: "passively", profile: "successpro", begin: byButton, passive: true, refused: reason.Status, status: "NoPassive",
			said: "answered IsPassive with NoPassive, which SuccessPro took as a status",
		},
		{
			name: "late", profile: "successpro", late: time.Hour, begin: byButton, form: true, refused: reason.Expired, status: "Success",
			said: "was refused by SuccessPro when its clock was an hour ahead: expired",
		},
		{
			name: "with a stranger's key", profile: "successpro", stranger: true, begin: byButton, form: true, refused: reason.FingerprintMismatch, status: "Success",
			said: "was refused by SuccessPro when that knew another key: fingerprint-mismatch",
		},
	}
}

// simplesamlphp signs ada in to the reference service provider through
// simplesamlphp, and shows that the service provider can tell why not.
func (s *stage) simplesamlphp(t *testing.T) {
	for _, v := range visits() {
		t.Run(v.name, func(t *testing.T) {
			p := s.product(t, v)
			tab := s.tab(t)
			v.begin(t, p, tab)
			if v.form {
				must(t, tab.Submit([]browser.Field{{CSS: "#username", Text: s.ada.Login}, {CSS: "#password", Text: s.ada.Password}}, "#submit_button"))
			}
			p.judge(t, v, tab)
			s.say(t, "simplesamlphp %s", v.said)
		})
	}
}

// product is one of ours, set up to trust a simplesamlphp of its own.
type product struct {
	base, host, entityID string
	settings             profile.Settings
	idp                  *apache

	mu        sync.Mutex
	decisions []sp.Event
}

func (s *stage) product(t *testing.T, v visit) *product {
	t.Helper()
	host := v.profile + ".localhost"
	p := &product{base: s.front.URL(host), host: s.front.Host(host), idp: newApache(t)}
	clock := func() time.Time { return time.Now().Add(v.late) }
	ours, err := sp.New(sp.Config{Now: clock, Record: p.record})
	must(t, err)
	key, err := sp.NewKey(v.profile, time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0))
	must(t, err)
	tenant := sp.Tenant{Host: p.host, BaseURL: p.base, Profile: builtin(t, v.profile), Key: key, Accounts: []account.Account{{
		ID: "account-ada", Login: s.ada.Login, UserID: s.ada.Attributes["user-id"][0], State: account.Active,
	}}}
	p.runIdP(t, s, v)
	tenant.IdPMetadata = p.idp.get(t, simpleHost, metadataURL)
	if v.stranger {
		tenant.IdPMetadata = withKeyOf(t, tenant.IdPMetadata, key)
	}
	p.settings = tenant.Profile.Settings
	if v.passive {
		p.settings.LoginURL = s.front.URL(passiveHost)
		s.front.Serve(passiveHost, passively(p.idp.url(simpleHost, signOnURL)))
	}
	tenant.Settings = &p.settings
	must(t, ours.Add(tenant))
	metadata, err := ours.Metadata(p.host)
	must(t, err)
	p.entityID = p.base + p.settings.Paths.Metadata
	p.idp.write(t, "sp.xml", metadata)
	s.front.Serve(host, ours)
	return p
}

// runIdP starts simplesamlphp for this product.
func (p *product) runIdP(t *testing.T, s *stage, v visit) {
	t.Helper()
	php, err := filepath.Glob(modules + "/libphp*.so")
	must(t, err)
	if len(php) == 0 {
		t.Fatalf("no PHP module in %s; install libapache2-mod-php", modules)
	}
	p.idp.writeKey(t, "simplesamlphp")
	p.idp.fill(t, "simplesamlphp", site{Host: simpleHost, PHP: php[0], Encrypt: v.encrypt, Person: s.ada})
	p.idp.start(t)
}

func (p *product) record(e sp.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Kind == "decision" {
		p.decisions = append(p.decisions, e)
	}
}

// decision is what the SP made of the one message that it got.
func (p *product) decision(t *testing.T, tab *browser.Tab) sp.Event {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.decisions) != 1 || p.decisions[0].Decision == nil {
		t.Fatalf("the SP judged %d messages, not one; the visitor is at %s: %.600s", len(p.decisions), tab.Page().URL, tab.Page().Text)
	}
	return p.decisions[0]
}

// judge compares where the visitor is, and what the SP made of the message,
// with what the visit should come to.
func (p *product) judge(t *testing.T, v visit, tab *browser.Tab) {
	t.Helper()
	got := p.decision(t, tab)
	facts := got.Decision.Facts
	if got.Reason != v.refused {
		t.Fatalf("the SP decided %q (%s), not %q; findings: %+v", got.Reason, got.Note, v.refused, got.Decision.Findings)
	}
	if v.refused == "" {
		at(t, tab, p.base+v.lands, http.StatusOK, nil)
	} else if !strings.Contains(facts.Status, v.status) {
		t.Errorf("the identity provider answered %q, not %s", facts.Status, v.status)
	}
	if sealed := len(facts.Encryption) > 0; sealed != v.encrypt {
		t.Errorf("assertion encrypted: %t (%v), wanted %t", sealed, facts.Encryption, v.encrypt)
	}
	must(t, tab.Open(p.base+"/account"))
	if signedIn := tab.Exists("#account-id"); signedIn != (v.refused == "") {
		t.Errorf("signed in: %t; the page says %.300s", signedIn, tab.Page().Text)
	}
	if v.refused == "" {
		at(t, tab, p.base+"/account", http.StatusOK, map[string]string{"#account-id": "account-ada", "#account-login": "ada"})
	}
}

// The ways to begin.

func byButton(t *testing.T, p *product, tab *browser.Tab) {
	must(t, tab.Open(p.base+p.settings.Paths.Login))
	must(t, tab.Press("#sso"))
}

func byPath(t *testing.T, p *product, tab *browser.Tab) {
	must(t, tab.Open(p.base+p.settings.StartPath()))
}

func fromIdP(t *testing.T, p *product, tab *browser.Tab) {
	query := url.Values{"spentityid": {p.entityID}, "RelayState": {"client-42"}}
	must(t, tab.Open(p.idp.url(simpleHost, signOnURL)+"?"+query.Encode()))
}

// passively stands between the SP and the identity provider at that address, and
// adds to every request that no page may be shown: none of the products can ask
// for that.
func passively(signOn string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		request, err := addPassive(query.Get("SAMLRequest"), signOn)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		query.Set("SAMLRequest", request)
		http.Redirect(w, r, signOn+"?"+query.Encode(), http.StatusFound)
	})
}

// addPassive edits a request as the Redirect binding encodes it (bindings 3.4.4.1).
func addPassive(request, destination string) (string, error) {
	deflated, err := base64.StdEncoding.DecodeString(request)
	if err != nil {
		return "", err
	}
	plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(deflated)))
	if err != nil {
		return "", err
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(plain); err != nil {
		return "", err
	}
	doc.Root().CreateAttr("IsPassive", "true")
	doc.Root().CreateAttr("Destination", destination)
	var packed bytes.Buffer
	deflater, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		return "", err
	}
	if _, err := doc.WriteTo(deflater); err != nil {
		return "", err
	}
	err = deflater.Close()
	return base64.StdEncoding.EncodeToString(packed.Bytes()), err
}

// withKeyOf returns the metadata with another certificate in every place.
func withKeyOf(t *testing.T, metadata []byte, key *sp.Key) []byte {
	t.Helper()
	doc := etree.NewDocument()
	must(t, doc.ReadFromBytes(metadata))
	certificates := doc.FindElements("//X509Certificate")
	if len(certificates) == 0 {
		t.Fatalf("the metadata has no certificate:\n%s", metadata)
	}
	for _, c := range certificates {
		c.SetText(base64.StdEncoding.EncodeToString(key.Certificate.Raw))
	}
	changed, err := doc.WriteToBytes()
	must(t, err)
	return changed
}

func builtin(t *testing.T, name string) *profile.Profile {
	t.Helper()
	profiles, err := profile.Builtin()
	must(t, err)
	for _, p := range profiles {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no profile is called %s", name)
	return nil
}
