package profile

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/reason"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	profiles, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
		for _, l := range p.Layouts {
			for _, entry := range reason.All() {
				if got := p.Reaction(l.Name, entry.Reason).Name != ""; got != (entry.Roads&p.Roads() != 0) {
					t.Errorf("%s: reaction to %q in layout %q: %v", p.Name, entry.Reason, l.Name, got)
				}
			}
			if _, errs := p.With(l.Name); len(errs) > 0 {
				t.Errorf("%s: layout %q: %v", p.Name, l.Name, errs)
			}
		}
	}
	if want := []string{"channeltivity", "eft", "influitive", "successpro"}; !slices.Equal(names, want) {
		t.Errorf("profiles %v, want %v", names, want)
	}
}

// The texts that the documents give are shown word for word.
func TestTextsOfTheDocuments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		profile     string
		reason      reason.Reason
		title, text string
	}{
		{"influitive", reason.Expired, "", "Current time is on or after NotOnOrAfter condition"},
		{"influitive", reason.NotYetValid, "", "Current time is earlier than NotBefore condition"},
		{"influitive", reason.FingerprintMismatch, "", "Fingerprint Mismatch"},
		{"successpro", reason.RelayStateNotFound, "Resource Not Found", "The user identity was successfully established, but the RelayState configuration did not point to a valid resource to target for a redirect."},
		{"successpro", reason.UserNotFound, "User Not Found", "Error: The user represented by the SSO assertion was not found in the SuccessPro system."},
		{"successpro", reason.SignatureInvalid, "SSO System Error", "An error occurred while attempting to consume the SSO assertion."},
	} {
		p, err := Load(builtin, "profiles/"+test.profile)
		if err != nil {
			t.Fatal(err)
		}
		r := p.Reaction("", test.reason)
		if r.Text != test.text || test.title != "" && r.Title != test.title {
			t.Errorf("%s, %s: shows %q, %q", test.profile, test.reason, r.Title, r.Text)
		}
	}
}

// Every template has what visitors and scenarios look for, and forms whose
// fields are labelled.
func TestTemplates(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(builtin, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".html") {
			return err
		}
		raw, err := fs.ReadFile(builtin, name)
		if strings.HasSuffix(name, "layout.html") && !bytes.Contains(raw, []byte(`<body data-page="{{.Page}}">`)) {
			t.Errorf("%s: the body does not name the page", name)
		}
		if bytes.Contains(raw, []byte("data-reason")) {
			t.Errorf("%s: a real product does not show the reason", name)
		}
		inputs := bytes.Count(raw, []byte("<input ")) - bytes.Count(raw, []byte(`type="hidden"`))
		if labels := bytes.Count(raw, []byte("<label")); labels < inputs {
			t.Errorf("%s: %d fields, %d labels", name, inputs, labels)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
