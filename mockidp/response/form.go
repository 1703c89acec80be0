package response

import (
	"encoding/base64"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// form puts the message into the fields of the POST binding (bindings 3.5.4).
func (d *draft) form(xml []byte) (fault.Delivery, error) {
	form := fault.Delivery{
		URL:    d.spec.Destination,
		Method: "POST",
		Fields: []fault.Field{{Name: "SAMLResponse", Value: base64.StdEncoding.EncodeToString(xml)}},
	}
	if d.spec.HasRelayState {
		form.Fields = append(form.Fields, fault.Field{Name: "RelayState", Value: d.spec.RelayState})
	}
	return form, d.editForm(&form)
}
