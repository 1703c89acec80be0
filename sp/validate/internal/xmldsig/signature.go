package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// Signature is what one ds:Signature claims. Reading it verifies nothing.
type Signature struct {
	Element    *xmltree.Element
	SignedInfo *xmltree.Element
	Method     string
	Form       Transform // CanonicalizationMethod
	References []Reference
	Value      []byte
	// Certificates are those of KeyInfo, in their order; never more than the
	// first eight, so that nobody can make the reader verify for ever.
	Certificates []*x509.Certificate
	// Defects are the ways in which the element departs from its schema.
	Defects []string

	budget *Budget
	info   []byte // SignedInfo in canonical form
}

// Budget is what verifying may cost, over all signatures of a message: everybody
// can send signatures, and all of it is spent before anybody is trusted.
type Budget struct {
	Octets int // in canonical form
	Keys   int // that are tried
}

// ErrCostly is why something was not verified.
var ErrCostly = errors.New("it was not computed: the message demands too much")

// Reference says what was digested, and how.
type Reference struct {
	URI        string
	HasURI     bool
	Transforms []Transform
	Digest     string // DigestMethod
	Value      []byte
}

// Transform is one algorithm with its InclusiveNamespaces PrefixList, of which
// more than thirty-two prefixes are a defect and are not kept.
type Transform struct {
	Algorithm string
	Prefixes  []string
}

const (
	mostCertificates = 8
	mostCertificate  = 16 << 10 // octets of one; that of the longest key that is computed has a fifth
	mostPrefixes     = 32
	mostPrefixList   = 4 << 10 // octets of all of them
)

// Read takes a ds:Signature apart. Verifying it is paid for from the budget.
func Read(e *xmltree.Element, budget *Budget) *Signature {
	s := &Signature{Element: e, budget: budget}
	s.SignedInfo = s.one(e, "SignedInfo")
	s.Method = s.algorithm(s.one(s.SignedInfo, "SignatureMethod"))
	s.Form = s.transform(s.one(s.SignedInfo, "CanonicalizationMethod"))
	for _, r := range s.SignedInfo.All(Namespace, "Reference") {
		s.References = append(s.References, s.reference(r))
	}
	s.Value = s.bytes(s.one(e, "SignatureValue"))
	if n := len(e.All(Namespace, "KeyInfo")); n > 1 {
		s.defect("%d KeyInfo elements", n)
	}
	s.keyInfo(e.First(Namespace, "KeyInfo"))
	return s
}

func (s *Signature) reference(e *xmltree.Element) Reference {
	var r Reference
	r.URI, r.HasURI = e.Attr("URI")
	for _, t := range e.First(Namespace, "Transforms").All(Namespace, "Transform") {
		r.Transforms = append(r.Transforms, s.transform(t))
	}
	r.Digest = s.algorithm(s.one(e, "DigestMethod"))
	r.Value = s.bytes(s.one(e, "DigestValue"))
	return r
}

func (s *Signature) transform(e *xmltree.Element) Transform {
	list := e.First("http://www.w3.org/2001/10/xml-exc-c14n#", "InclusiveNamespaces").Value("PrefixList")
	if len(list) > mostPrefixList {
		s.defect("a PrefixList of %d octets, at most %d are read", len(list), mostPrefixList)
		list = ""
	}
	prefixes := strings.Fields(list)
	if len(prefixes) > mostPrefixes {
		s.defect("a PrefixList of more than %d prefixes", mostPrefixes)
		prefixes = nil
	}
	return Transform{s.algorithm(e), prefixes}
}

// algorithm reads the attribute that the schema demands of each method.
func (s *Signature) algorithm(e *xmltree.Element) string {
	uri, set := e.Attr("Algorithm")
	if e != nil && !set {
		s.defect("%s without Algorithm", e.Local)
	}
	return uri
}

func (s *Signature) keyInfo(info *xmltree.Element) {
	for _, data := range info.All(Namespace, "X509Data") {
		for _, e := range data.All(Namespace, "X509Certificate") {
			if len(s.Certificates) == mostCertificates {
				s.defect("more than %d certificates", mostCertificates)
				return
			}
			raw := s.bytes(e)
			if len(raw) > mostCertificate {
				s.defect("a certificate of %d octets, at most %d are read", len(raw), mostCertificate)
				continue
			}
			certificate, err := x509.ParseCertificate(raw)
			if err != nil {
				s.defect("a certificate that cannot be read: %v", err)
				continue
			}
			s.Certificates = append(s.Certificates, certificate)
		}
	}
}

// one returns the first child of that name and notes when it is not the only one.
func (s *Signature) one(parent *xmltree.Element, local string) *xmltree.Element {
	if parent == nil {
		return nil
	}
	all := parent.All(Namespace, local)
	if len(all) != 1 {
		s.defect("%d %s elements where one belongs", len(all), local)
	}
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

func (s *Signature) bytes(e *xmltree.Element) []byte {
	if e == nil {
		return nil
	}
	value, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.Text()), ""))
	if err != nil || len(value) == 0 {
		s.defect("%s is not base64", e.Local)
		return nil
	}
	return value
}

func (s *Signature) defect(format string, args ...any) {
	s.Defects = append(s.Defects, fmt.Sprintf(format, args...))
}

// CheckDigest tells why the digest of the reference is not that of target, or
// nil if it is. Comments are left out whatever the transforms say: a reference
// by ID never selects them (XML-DSig 4.4.3.3). Transforms other than enveloped
// and the canonicalizations are passed over; whether they may be there at all
// is the caller's question.
func (s *Signature) CheckDigest(r Reference, target *xmltree.Element) error {
	if target == nil {
		return errors.New("what it refers to is not in the document")
	}
	a, known := find(digests(), r.Digest)
	if !known {
		return fmt.Errorf("digest method %q is unknown", r.Digest)
	}
	var form xmltree.Canonical // without any, inclusive 1.0 applies (4.4.3.2)
	var without *xmltree.Element
	for _, t := range r.Transforms {
		if t.Algorithm == Enveloped {
			without = s.Element
		} else if chosen, known := Canonicalization(t.Algorithm); known {
			form = chosen
			form.Prefixes = t.Prefixes
		}
	}
	form.Comments = false
	data, err := s.bill(form, target, without)
	if err != nil {
		return err
	}
	h := a.hash.New()
	h.Write(data)
	if !bytes.Equal(h.Sum(nil), r.Value) {
		return errors.New("the digest is another one")
	}
	return nil
}

// CheckValue tells why the value was not made with the key's private half over
// SignedInfo, or nil if it was.
func (s *Signature) CheckValue(key crypto.PublicKey) error {
	if s.SignedInfo == nil {
		return errors.New("there is no SignedInfo")
	}
	if s.budget.Keys--; s.budget.Keys < 0 {
		return ErrCostly
	}
	if s.info == nil {
		form, _ := Canonicalization(s.Form.Algorithm)
		form.Prefixes = s.Form.Prefixes
		data, err := s.bill(form, s.SignedInfo, nil)
		if err != nil {
			return err
		}
		s.info = data
	}
	return Verify(s.Method, key, s.info, s.Value)
}

// bill writes a canonical form as far as the budget goes.
func (s *Signature) bill(form xmltree.Canonical, e, without *xmltree.Element) ([]byte, error) {
	if s.budget.Octets <= 0 {
		return nil, ErrCostly
	}
	form.Most = s.budget.Octets
	data, err := form.Bytes(e, without)
	if errors.Is(err, xmltree.ErrTooLong) {
		s.budget.Octets, err = 0, ErrCostly
	}
	s.budget.Octets -= len(data)
	return data, err
}
