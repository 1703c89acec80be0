package mockidp

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// inquiry is one AuthnRequest while it is judged.
type inquiry struct {
	*saml.IdpAuthnRequest
	root   *etree.Element // what is believed: the signed element if there is a signature
	sp     *registration
	signed bool
}

// denial is why a request gets an error Response.
type denial struct{ response.Status }

func (d *denial) Error() string { return d.Message }

func deny(code, subCode, message string) error {
	return &denial{response.Status{Code: code, SubCode: subCode, Message: message}}
}

// judge believes a message or says why not: with a refusal when nothing may
// be sent to the assertion consumer service, with a denial when an error
// Response is due. The request is returned with every denial.
func (p *IdP) judge(m *message) (*saml.IdpAuthnRequest, error) {
	root, err := parseDocument(m.xml, requestLimit)
	if err != nil {
		return nil, refuseXML(m.field, err)
	}
	if !is(root, protocolNS, "AuthnRequest") {
		return nil, refusef(http.StatusBadRequest, "The message is <%.100s>, not an AuthnRequest.", root.Tag)
	}
	sp, err := p.lookUp(issuerOf(root))
	if err != nil {
		return nil, err
	}
	root, signed, err := verified(m, root, sp.signing)
	if err != nil {
		return nil, err
	}
	in := &inquiry{root: root, sp: sp, signed: signed, IdpAuthnRequest: &saml.IdpAuthnRequest{
		IDP: &p.saml, RelayState: m.relayState, RequestBuffer: m.xml, Now: p.now(),
		ServiceProviderMetadata: sp.entity, SPSSODescriptor: sp.descriptor,
	}}
	if err := decode(withoutSignature(root), &in.Request); err != nil {
		return nil, refusef(http.StatusBadRequest, "The AuthnRequest does not fit the schema: %v.", err)
	}
	for _, check := range requestChecks {
		if err := check(p, in); err != nil {
			return in.IdpAuthnRequest, err
		}
	}
	return in.IdpAuthnRequest, nil
}

// requestChecks in order: first those that end on a page, until it is certain
// who asked and where the answer goes; then those answered by a Response.
var requestChecks = []func(*IdP, *inquiry) error{
	checkSigned, checkID, checkIssueInstant, checkDestination, checkACS,
	checkVersion, checkBinding, checkSubject, checkNameIDPolicy, checkAuthnContext,
}

func issuerOf(root *etree.Element) string {
	if issuers := children(root, assertionNS, "Issuer"); len(issuers) == 1 {
		return issuers[0].Text()
	}
	return ""
}

func withoutSignature(root *etree.Element) *etree.Element {
	root = detached(root)
	for _, signature := range children(root, signatureNS, "Signature") {
		root.RemoveChild(signature)
	}
	return root
}

func checkSigned(p *IdP, in *inquiry) error {
	promised := in.sp.descriptor.AuthnRequestsSigned
	if !in.signed && (p.config.WantSignedRequests || promised != nil && *promised) {
		return refusef(http.StatusForbidden, "Requests of %s must be signed with a key of its metadata, and this one is not.", in.sp.Name)
	}
	return nil
}

var ncName = regexp.MustCompile(`^[\pL_][\pL\pN_.\-]*$`)

func checkID(_ *IdP, in *inquiry) error {
	if !ncName.MatchString(in.Request.ID) {
		return refusef(http.StatusBadRequest, "The request has no ID, or one that XML does not allow: %.100q.", in.Request.ID)
	}
	return nil
}

func checkIssueInstant(p *IdP, in *inquiry) error {
	text := in.root.SelectAttrValue("IssueInstant", "")
	if text == "" || !strings.HasSuffix(text, "Z") {
		return refusef(http.StatusBadRequest, "The IssueInstant %.100q is no time in UTC (core 1.3.3).", text)
	}
	if away := in.Now.Sub(in.Request.IssueInstant).Abs(); away > p.config.RequestTolerance {
		return refusef(http.StatusBadRequest, "The request was issued at %s, which is %s from the clock here.", text, away.Round(time.Second))
	}
	return nil
}

func checkDestination(p *IdP, in *inquiry) error {
	here, there := p.config.BaseURL+ssoPath, in.Request.Destination
	if there == here || there == "" && !in.signed {
		return nil
	}
	return refusef(http.StatusBadRequest, "The request's Destination is %.200q, and this is %q.", there, here)
}

// checkACS finds where the answer goes. An endpoint that the metadata does
// not list gets nothing, not even an error: whoever forged the request would
// receive it.
func checkACS(_ *IdP, in *inquiry) error {
	location, index := in.Request.AssertionConsumerServiceURL, in.Request.AssertionConsumerServiceIndex
	if location != "" && index != "" {
		return refusef(http.StatusBadRequest, "The request names its assertion consumer service twice, by index and by URL.")
	}
	binding := in.Request.ProtocolBinding
	if binding == saml.HTTPArtifactBinding || binding == "" && in.sp.ResponseBinding == artifactChoice {
		in.ACSEndpoint = in.sp.artifactACS(location, index)
	}
	if in.ACSEndpoint == nil && location == "" && index == "" {
		in.ACSEndpoint = in.sp.defaultACS()
	}
	if in.ACSEndpoint == nil {
		in.ACSEndpoint = in.sp.endpoint(location, index)
	}
	if in.ACSEndpoint == nil {
		return refusef(http.StatusForbidden, "The metadata of %s has no HTTP-POST assertion consumer service %.200q.", in.sp.Name, location+index)
	}
	return nil
}

func checkVersion(_ *IdP, in *inquiry) error {
	switch version := in.Request.Version; {
	case version == "2.0":
		return nil
	case version < "2.0":
		return deny(saml.StatusVersionMismatch, saml.StatusRequestVersionTooLow, "want Version 2.0")
	}
	return deny(saml.StatusVersionMismatch, saml.StatusRequestVersionTooHigh, "want Version 2.0")
}

func checkBinding(_ *IdP, in *inquiry) error {
	if binding := in.Request.ProtocolBinding; binding != "" && binding != in.ACSEndpoint.Binding {
		return deny(saml.StatusResponder, saml.StatusUnsupportedBinding, "Responses are sent by HTTP-POST, or by HTTP-Artifact where the metadata has it")
	}
	return nil
}

func checkSubject(_ *IdP, in *inquiry) error {
	if subject := in.Request.Subject; subject != nil && len(subject.SubjectConfirmations) > 0 {
		return deny(saml.StatusRequester, saml.StatusRequestUnsupported, "a request's Subject must not hold a SubjectConfirmation (profiles 4.1.4.1)")
	}
	return nil
}

func checkNameIDPolicy(_ *IdP, in *inquiry) error {
	if _, ok := in.sp.nameIDFormat(in.Request.NameIDPolicy); !ok {
		return deny(saml.StatusRequester, saml.StatusInvalidNameIDPolicy, "no such name identifier can be given")
	}
	return nil
}

// checkAuthnContext leaves the chosen class, and nothing else, in the request.
func checkAuthnContext(_ *IdP, in *inquiry) error {
	for _, requested := range children(in.root, protocolNS, "RequestedAuthnContext") {
		class := chooseAuthnContext(requested, in.sp.Shape.AuthnContextClass)
		if class == "" {
			return deny(saml.StatusResponder, saml.StatusNoAuthnContext, "no authentication like that is offered")
		}
		in.Request.RequestedAuthnContext = &saml.RequestedAuthnContext{Comparison: "exact", AuthnContextClassRef: class}
	}
	return nil
}
