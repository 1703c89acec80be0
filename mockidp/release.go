package mockidp

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/crewjam/saml"
)

// Release is one attribute that an SP gets.
type Release struct {
	Name, FriendlyName string
	Format             string // basic, uri, unspecified, or any URI; "" writes none
	From               string // the person's attribute; Name when empty
	Type               string // xsi:type of the values such as xs:string, "" for none
}

const attributeFormat = "urn:oasis:names:tc:SAML:2.0:attrname-format:"

func (r Release) complete() (Release, error) {
	if r.Name == "" {
		return r, fmt.Errorf("a released attribute from %q has no name", r.From)
	}
	if r.From == "" {
		r.From = r.Name
	}
	switch r.Format {
	case "", "basic", "uri", "unspecified":
		if r.Format != "" {
			r.Format = attributeFormat + r.Format
		}
		return r, nil
	}
	if !strings.Contains(r.Format, ":") {
		return r, fmt.Errorf("format %q of attribute %q is no URI and none of basic, uri, unspecified", r.Format, r.Name)
	}
	return r, nil
}

// attributes are what the SP gets about a person. What the person lacks is
// left out, unless the SP's metadata requires it: then the sign-on is refused
// rather than half done (metadata 2.4.4.2).
func (r *registration) attributes(person Person) ([]saml.Attribute, error) {
	releases, requested := r.Release, r.requested()
	if len(releases) == 0 {
		for _, request := range requested {
			releases = append(releases, Release{
				Name: request.Name, FriendlyName: request.FriendlyName,
				Format: request.NameFormat, From: request.Name, Type: "xs:string",
			})
		}
	}
	var list []saml.Attribute
	sent := map[string]bool{}
	for _, release := range releases {
		values := person.Attributes[release.From]
		if release.From == "login" && values == nil {
			values = []string{person.Login}
		}
		if len(values) == 0 {
			continue
		}
		sent[release.Name] = true
		list = append(list, release.attribute(values))
	}
	for _, request := range requested {
		if request.IsRequired != nil && *request.IsRequired && !sent[request.Name] {
			return nil, refusef(http.StatusForbidden, "%s requires the attribute %q, which %s does not have.", r.Name, request.Name, person.Login)
		}
	}
	return list, nil
}

func (r Release) attribute(values []string) saml.Attribute {
	attribute := saml.Attribute{Name: r.Name, FriendlyName: r.FriendlyName, NameFormat: r.Format}
	for _, value := range values {
		attribute.Values = append(attribute.Values, saml.AttributeValue{Type: r.Type, Value: value})
	}
	return attribute
}

// requested are the attributes of the SP's default AttributeConsumingService.
func (r *registration) requested() []saml.RequestedAttribute {
	services := r.descriptor.AttributeConsumingServices
	for _, service := range services {
		if service.IsDefault != nil && *service.IsDefault {
			return service.RequestedAttributes
		}
	}
	if len(services) > 0 {
		return services[0].RequestedAttributes
	}
	return nil
}
