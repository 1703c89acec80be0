package fault

import (
	"fmt"
	"slices"
)

func formFaults() []Fault {
	return []Fault{
		{Name: "relay-state", Summary: "the form carries another RelayState than the SP sent",
			Refs:     []string{"SAML bindings 3.5.3"},
			Params:   append(valueParams("somewhere-else"), lengthParam()),
			Delivery: setRelayState},
		{Name: "relay-state-removed", Summary: "the form carries no RelayState",
			Refs:     []string{"SAML bindings 3.5.3"},
			Delivery: func(d *Delivery, _ Args) error { d.drop(relayField); return nil }},
		{Name: "delivered-elsewhere", Summary: "the form posts to another URL",
			Refs:     []string{"SAML profiles 4.1.4.3"},
			Params:   valueParams("https://other-sp.example/saml/acs"),
			Delivery: func(d *Delivery, a Args) error { d.URL = respelled(d.URL, a); return nil }},
		{Name: "form-method", Summary: "the browser brings the message with another HTTP method than POST",
			Refs:   []string{"SAML profiles 4.1.2", "SAML bindings 3.5.4"},
			Params: []Param{{Name: "method", Kind: Choice, Default: "get", Choices: []string{"get", "post", "redirect"}, Doc: "the form's method, or a redirect with the message in the query"}},
			Delivery: func(d *Delivery, a Args) error {
				d.Method = map[string]string{"get": "GET", "redirect": "GET", "post": "POST"}[a.String("method")]
				d.Redirect = a.String("method") == "redirect"
				return nil
			}},
		{Name: "form-encoding", Summary: "the browser encodes the form in another way",
			Refs:     []string{"SAML bindings 3.5.4"},
			Params:   []Param{{Name: "type", Kind: Choice, Default: "multipart/form-data", Choices: []string{"multipart/form-data", "text/plain"}, Doc: "the form's enctype"}},
			Delivery: func(d *Delivery, a Args) error { d.Enctype = a.String("type"); return nil }},
		{Name: "field-removed", Summary: "a form field is absent",
			Refs:     []string{"SAML bindings 3.5.4"},
			Params:   []Param{fieldParam()},
			Delivery: func(d *Delivery, a Args) error { d.drop(a.String("name")); return nil }},
		{Name: "field-renamed", Summary: "a form field goes by another name",
			Refs:     []string{"SAML bindings 3.5.4"},
			Params:   []Param{fieldParam(), {Name: "to", Kind: String, Default: "samlresponse", Doc: "the name written instead"}},
			Delivery: renameField},
		{Name: "field-repeated", Summary: "a form field stands twice",
			Refs:     []string{"SAML bindings 3.5.4"},
			Params:   []Param{fieldParam(), {Name: "value", Kind: String, Doc: "the value of the second; that of the first when absent"}},
			Delivery: repeatField},
		{Name: "field-added", Summary: "the form carries a field that does not belong there",
			Refs:     []string{"SAML bindings 3.6", "CVE-2025-27773"},
			Params:   []Param{{Name: "name", Kind: String, Default: "SAMLart", Doc: "the field"}, {Name: "value", Kind: String, Default: "AAQAAA==", Doc: "its value"}},
			Delivery: func(d *Delivery, a Args) error { d.add(a.String("name"), a.String("value")); return nil }},
		{Name: "field-emptied", Summary: "a form field is empty",
			Refs:     []string{"SAML bindings 3.5.4"},
			Params:   []Param{fieldParam()},
			Delivery: func(d *Delivery, a Args) error { return d.rewrite(a.String("name"), fixed("")) }},
	}
}

const relayField = "RelayState"

func fieldParam() Param {
	return Param{Name: "name", Kind: Choice, Default: messageField, Choices: []string{messageField, relayField}, Doc: "which field"}
}

func (d *Delivery) drop(name string) {
	d.Fields = slices.DeleteFunc(d.Fields, func(f Field) bool { return f.Name == name })
}

func (d *Delivery) add(name, value string) {
	d.Fields = append(d.Fields, Field{Name: name, Value: value})
}

func setRelayState(d *Delivery, a Args) error {
	change := func(s string) (string, error) { return lengthened(respelled(s, a), a), nil }
	if !slices.ContainsFunc(d.Fields, func(f Field) bool { return f.Name == relayField }) {
		d.add(relayField, "")
	}
	return d.rewrite(relayField, change)
}

func renameField(d *Delivery, a Args) error {
	for i := range d.Fields {
		if d.Fields[i].Name == a.String("name") {
			d.Fields[i].Name = a.String("to")
			return nil
		}
	}
	return fmt.Errorf("the form has no field %s", a.String("name"))
}

func repeatField(d *Delivery, a Args) error {
	for _, f := range d.Fields {
		if f.Name != a.String("name") {
			continue
		}
		if a.Has("value") {
			f.Value = a.String("value")
		}
		d.Fields = append(d.Fields, f)
		return nil
	}
	return fmt.Errorf("the form has no field %s", a.String("name"))
}
