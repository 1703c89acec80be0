package fault_test

import (
	"encoding/base64"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// wired runs a fault of the Wire stage.
func wired(t *testing.T, name string, args fault.Args) string {
	t.Helper()
	f, _ := fault.Find(name)
	full, errs := args.Check(f.Params)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	in := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + small
	out, err := f.Wire([]byte(in), full)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

func TestWireFaultsChangeTheBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args fault.Args
		part string
	}{
		{"not-xml", nil, "this is no XML"},
		{"html-page", nil, "<h1>Bad Gateway</h1>"},
		{"byte-order-mark", nil, "\xEF\xBB\xBF<?xml"},
		{"leading-blanks", nil, "\n \n<?xml"},
		{"trailing-garbage", fault.Args{"text": "<x/>"}, "</p:Response><x/>"},
		{"utf8-invalid", nil, "emailAddress\">\xFF\xFEada@"},
		{"encoding-lie", nil, `<?xml version="1.0" encoding="UTF-16"?><p:Response`},
		{"xml-attribute-repeated", nil, ` Version="2.0" Version="2.0"`},
		{"message-oversized", fault.Args{"octets": "3"}, "</p:Response><!--xxx-->"},
		{"doctype", nil, "<!DOCTYPE Response><p:Response"},
		{"doctype", fault.Args{"kind": "external-entity", "url": "http://localhost:1/x"}, `SYSTEM "http://localhost:1/x">]>`},
		{"doctype", fault.Args{"kind": "bomb"}, `>&e;ada@example.com<`},
	} {
		if got := wired(t, c.name, c.args); !strings.Contains(got, c.part) {
			t.Errorf("%s %v: no %q in\n%s", c.name, c.args, c.part, got)
		}
	}
	if got := wired(t, "message-emptied", nil); got != "" {
		t.Errorf("message-emptied leaves %q", got)
	}
	if got := wired(t, "message-truncated", nil); !strings.HasPrefix(got, "<?xml") || strings.Contains(got, "</p:Response>") {
		t.Errorf("message-truncated leaves %q", got)
	}
}

// The entities must be well-formed, or the parser never meets them.
func TestDoctypesAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"empty", "entity", "external-entity", "external-subset", "bomb"} {
		d := xml.NewDecoder(strings.NewReader(wired(t, "doctype", fault.Args{"kind": kind})))
		d.Entity = map[string]string{"e": ""}
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
	}
}

func delivered(t *testing.T, name string, args fault.Args) (fault.Delivery, error) {
	t.Helper()
	f, _ := fault.Find(name)
	full, errs := args.Check(f.Params)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	d := fault.Delivery{URL: "https://sp.example/acs", Method: "POST", Fields: []fault.Field{
		{Name: "SAMLResponse", Value: base64.StdEncoding.EncodeToString([]byte("<a>?>?></a>"))}, {Name: "RelayState", Value: "here"}}}
	err := f.Delivery(&d, full)
	return d, err
}

func TestDeliveryFaultsChangeTheForm(t *testing.T) {
	t.Parallel()
	const right = "PGE+Pz4/PjwvYT4="
	for _, c := range []struct {
		name string
		args fault.Args
		want string // fields as name=value, separated by &
	}{
		{"relay-state", fault.Args{"value": "there"}, "SAMLResponse=" + right + "&RelayState=there"},
		{"relay-state", fault.Args{"value": "ab", "length": "3"}, "SAMLResponse=" + right + "&RelayState=aba"},
		{"relay-state-removed", nil, "SAMLResponse=" + right},
		{"field-removed", nil, "RelayState=here"},
		{"field-renamed", nil, "samlresponse=" + right + "&RelayState=here"},
		{"field-repeated", fault.Args{"value": "x"}, "SAMLResponse=" + right + "&RelayState=here&SAMLResponse=x"},
		{"field-emptied", nil, "SAMLResponse=&RelayState=here"},
		{"field-added", nil, "SAMLResponse=" + right + "&RelayState=here&SAMLart=AAQAAA=="},
		{"base64-garbage", fault.Args{"value": "!"}, "SAMLResponse=!&RelayState=here"},
		{"base64-form", fault.Args{"form": "url-alphabet"}, "SAMLResponse=PGE-Pz4_PjwvYT4=&RelayState=here"},
		{"base64-form", fault.Args{"form": "plus-as-blank"}, "SAMLResponse=PGE Pz4/PjwvYT4=&RelayState=here"},
		{"base64-form", fault.Args{"form": "unpadded"}, "SAMLResponse=PGE+Pz4/PjwvYT4&RelayState=here"},
		{"base64-form", fault.Args{"form": "not-encoded"}, "SAMLResponse=<a>?>?></a>&RelayState=here"},
	} {
		d, err := delivered(t, c.name, c.args)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var fields []string
		for _, f := range d.Fields {
			fields = append(fields, f.Name+"="+f.Value)
		}
		if got := strings.Join(fields, "&"); got != c.want {
			t.Errorf("%s %v: got %s, want %s", c.name, c.args, got, c.want)
		}
	}
	if d, _ := delivered(t, "form-method", nil); d.Method != "GET" {
		t.Errorf("form-method leaves %s", d.Method)
	}
	if d, _ := delivered(t, "form-method", fault.Args{"method": "redirect"}); d.Method != "GET" || !d.Redirect {
		t.Errorf("form-method leaves %s, redirect %v", d.Method, d.Redirect)
	}
	if d, _ := delivered(t, "form-encoding", nil); d.Enctype != "multipart/form-data" {
		t.Errorf("form-encoding leaves %q", d.Enctype)
	}
	if d, _ := delivered(t, "delivered-elsewhere", fault.Args{"spelling": "www-host"}); d.URL != "https://www.sp.example/acs" {
		t.Errorf("delivered-elsewhere leaves %s", d.URL)
	}
	if d, _ := delivered(t, "delivered-elsewhere", fault.Args{"spelling": "other-scheme"}); d.URL != "http://sp.example/acs" {
		t.Errorf("delivered-elsewhere leaves %s", d.URL)
	}
}
