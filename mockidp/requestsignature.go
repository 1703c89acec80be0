package mockidp

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// querySignature is the signature of the Redirect binding.
type querySignature struct {
	octets    string // what was signed: the parameters as they stood in the URL
	algorithm x509.SignatureAlgorithm
	value     []byte
}

// signatureAlgorithms are those that requests may be signed with. SHA-1 is
// among them because older SPs have nothing else.
var signatureAlgorithms = map[string]x509.SignatureAlgorithm{
	dsig.RSASHA1SignatureMethod:     x509.SHA1WithRSA,
	dsig.RSASHA256SignatureMethod:   x509.SHA256WithRSA,
	dsig.RSASHA384SignatureMethod:   x509.SHA384WithRSA,
	dsig.RSASHA512SignatureMethod:   x509.SHA512WithRSA,
	dsig.ECDSASHA1SignatureMethod:   x509.ECDSAWithSHA1,
	dsig.ECDSASHA256SignatureMethod: x509.ECDSAWithSHA256,
	dsig.ECDSASHA384SignatureMethod: x509.ECDSAWithSHA384,
	dsig.ECDSASHA512SignatureMethod: x509.ECDSAWithSHA512,
}

// newQuerySignature reads the signature of a query, nil when there is none.
// The signed octets are rebuilt from the raw values, in the order and with
// the escapes of bindings 3.4.4.1: decoding and encoding again would change
// what another library signed.
func newQuerySignature(name string, fields map[string]field) (*querySignature, error) {
	algorithm, named := fields["SigAlg"]
	signature, signed := fields["Signature"]
	if !named && !signed {
		return nil, nil
	}
	if !named || !signed {
		return nil, refusef(http.StatusBadRequest, "SigAlg and Signature must come together.")
	}
	method, known := signatureAlgorithms[algorithm.value]
	if !known {
		return nil, refusef(http.StatusBadRequest, "The signature algorithm %.100q is not accepted.", algorithm.value)
	}
	value, err := base64.StdEncoding.DecodeString(signature.value)
	if err != nil {
		return nil, refusef(http.StatusBadRequest, "The Signature parameter is not base64.")
	}
	octets := name + "=" + fields[name].raw
	if relayState, ok := fields["RelayState"]; ok {
		octets += "&RelayState=" + relayState.raw
	}
	octets += "&SigAlg=" + algorithm.raw
	return &querySignature{octets: octets, algorithm: method, value: value}, nil
}

func (s *querySignature) verify(certificates []*x509.Certificate) error {
	for _, certificate := range certificates {
		if certificate.CheckSignature(s.algorithm, []byte(s.octets), asASN1(s.value, certificate)) == nil {
			return nil
		}
	}
	return errors.New("no key in the SP's metadata made it")
}

// verified returns the element to believe and whether a signature vouches for
// it. A signature is looked at whenever there is one and the SP has a key.
func verified(m *message, root *etree.Element, certificates []*x509.Certificate) (*etree.Element, bool, error) {
	embedded := signaturesIn(root)
	if m.binding == redirectBinding && len(embedded) > 0 {
		return nil, false, refusef(http.StatusBadRequest,
			"A message in the query must not carry an XML signature (bindings 3.4.4.1).")
	}
	if len(certificates) == 0 {
		return root, false, nil
	}
	var err error
	switch {
	case m.signature != nil:
		err = m.signature.verify(certificates)
	case len(embedded) > 0:
		root, err = verifyEnveloped(root, embedded, certificates)
	default:
		return root, false, nil
	}
	if err != nil {
		return nil, false, refusef(http.StatusForbidden, "The message's signature is not good: %v.", err)
	}
	return root, true, nil
}

func signaturesIn(element *etree.Element) []*etree.Element {
	var found []*etree.Element
	if is(element, signatureNS, dsig.SignatureTag) {
		found = append(found, element)
	}
	for _, child := range element.ChildElements() {
		found = append(found, signaturesIn(child)...)
	}
	return found
}

// verifyEnveloped returns the element that the signature covers, rebuilt from
// the octets that were digested.
func verifyEnveloped(root *etree.Element, found []*etree.Element, certificates []*x509.Certificate) (*etree.Element, error) {
	if err := checkShape(root, found); err != nil {
		return nil, err
	}
	for _, certificate := range certificates {
		if element, err := validate(root, certificate); err == nil {
			return element, nil
		}
	}
	return nil, errors.New("no key in the SP's metadata made it, or the request was changed")
}

// checkShape holds a signature to what SAML allows (core 5.4): one, under the
// root, with one reference to the root, and no content of its own.
func checkShape(root *etree.Element, found []*etree.Element) error {
	if len(found) != 1 || found[0].Parent() != root {
		return errors.New("want one Signature, under the " + root.Tag)
	}
	for _, child := range found[0].ChildElements() {
		if child.Tag == "Object" {
			return errors.New("an Object in the Signature")
		}
	}
	var references []*etree.Element
	for _, info := range children(found[0], signatureNS, dsig.SignedInfoTag) {
		references = append(references, children(info, signatureNS, dsig.ReferenceTag)...)
	}
	id := root.SelectAttrValue("ID", "")
	if len(references) != 1 || id == "" || references[0].SelectAttrValue("URI", "") != "#"+id {
		return errors.New("want one Reference, to the ID of the " + root.Tag)
	}
	for _, transforms := range children(references[0], signatureNS, dsig.TransformsTag) {
		for _, transform := range children(transforms, signatureNS, dsig.TransformTag) {
			if algorithm := transform.SelectAttrValue("Algorithm", ""); !allowedTransform(algorithm) {
				return fmt.Errorf("the transform %.100q", algorithm)
			}
		}
	}
	return nil
}

func allowedTransform(algorithm string) bool {
	switch dsig.AlgorithmID(algorithm) {
	case dsig.EnvelopedSignatureAltorithmId, dsig.CanonicalXML10RecAlgorithmId, dsig.CanonicalXML11AlgorithmId:
		return true
	}
	return strings.HasPrefix(algorithm, dsig.CanonicalXML10ExclusiveAlgorithmId.String())
}

// validate trusts one certificate. The metadata says which keys are an SP's,
// so the message's own KeyInfo is put aside, and the certificate's dates do
// not matter (metadata interoperability profile 2.6.1).
func validate(root *etree.Element, certificate *x509.Certificate) (*etree.Element, error) {
	root = detached(root)
	signature := children(root, signatureNS, dsig.SignatureTag)[0]
	for _, info := range children(signature, signatureNS, dsig.KeyInfoTag) {
		signature.RemoveChild(info)
	}
	for _, value := range children(signature, signatureNS, dsig.SignatureValueTag) {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value.Text()), ""))
		if err != nil {
			return nil, err
		}
		value.SetText(base64.StdEncoding.EncodeToString(asASN1(raw, certificate)))
	}
	context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{certificate}})
	context.Clock = dsig.NewFakeClockAt(certificate.NotBefore)
	return context.Validate(root)
}

// asASN1 rewrites an ECDSA signature from r and s side by side, as XML
// signatures have it (XML Signature 1.1, 6.4.3), into the form that
// crypto/x509 reads.
// Anything else is returned as it is.
func asASN1(value []byte, certificate *x509.Certificate) []byte {
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return value
	}
	size := (key.Curve.Params().BitSize + 7) / 8
	if len(value) != 2*size {
		return value
	}
	r, s := new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:])
	encoded, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		return value
	}
	return encoded
}
