package response

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"math/big"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// newSignature makes a Signature element that still lacks its value.
func newSignature(s *fault.Signing, method signatureMethod, uri string, digest []byte, defaultNamespace bool) *etree.Element {
	signature, prefix := etree.NewElement("ds:Signature"), "ds:"
	if defaultNamespace {
		signature, prefix = etree.NewElement("Signature"), ""
		signature.CreateAttr("xmlns", signatureNS)
	} else {
		signature.CreateAttr("xmlns:ds", signatureNS)
	}
	info := signature.CreateElement(prefix + "SignedInfo")
	addAlgorithm(info, prefix+"CanonicalizationMethod", written(canonicalizations(), s.Canonicalization))
	addAlgorithm(info, prefix+"SignatureMethod", method.uri)
	reference := info.CreateElement(prefix + "Reference")
	reference.CreateAttr("URI", uri)
	addTransforms(reference, prefix, s)
	addAlgorithm(reference, prefix+"DigestMethod", written(digestMethods(), defaulted(s.Digest, method.digest)))
	addText(reference, prefix+"DigestValue", base64.StdEncoding.EncodeToString(digest))
	signature.CreateElement(prefix + "SignatureValue")
	addKeyInfo(signature, prefix, s)
	return signature
}

func addAlgorithm(parent *etree.Element, tag, uri string) *etree.Element {
	el := parent.CreateElement(tag)
	el.CreateAttr("Algorithm", uri)
	return el
}

func addTransforms(reference *etree.Element, prefix string, s *fault.Signing) {
	if len(s.Transforms) == 0 {
		return
	}
	transforms := reference.CreateElement(prefix + "Transforms")
	for _, word := range s.Transforms {
		if word == "enveloped" {
			word = envelopedTransform
		}
		transform := addAlgorithm(transforms, prefix+"Transform", written(canonicalizations(), word))
		if c, ok := lookup(canonicalizations(), word); ok && c.exclusive && s.PrefixList != "" {
			list := transform.CreateElement("ec:InclusiveNamespaces")
			setAttrs(list, "xmlns:ec", excC14NNS, "PrefixList", s.PrefixList)
		}
	}
}

func addKeyInfo(signature *etree.Element, prefix string, s *fault.Signing) {
	if len(s.Certificates) == 0 && !s.KeyValue {
		return
	}
	info := signature.CreateElement(prefix + "KeyInfo")
	if s.KeyValue {
		addKeyValue(info.CreateElement(prefix+"KeyValue"), prefix, s.Key)
	}
	if len(s.Certificates) == 0 {
		return
	}
	data := info.CreateElement(prefix + "X509Data")
	for _, c := range s.Certificates {
		addText(data, prefix+"X509Certificate", base64.StdEncoding.EncodeToString(c.Raw))
	}
}

// addKeyValue writes a public key as XML Signature 4.5.2 wants it.
func addKeyValue(parent *etree.Element, prefix string, key fault.Key) {
	switch public := key.Signer.Public().(type) {
	case *rsa.PublicKey:
		value := parent.CreateElement(prefix + "RSAKeyValue")
		addText(value, prefix+"Modulus", base64.StdEncoding.EncodeToString(public.N.Bytes()))
		addText(value, prefix+"Exponent", base64.StdEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes()))
	case *ecdsa.PublicKey:
		curves := map[string]string{"P-256": "urn:oid:1.2.840.10045.3.1.7", "P-384": "urn:oid:1.3.132.0.34", "P-521": "urn:oid:1.3.132.0.35"}
		value := parent.CreateElement("dsig11:ECKeyValue")
		value.CreateAttr("xmlns:dsig11", "http://www.w3.org/2009/xmldsig11#")
		value.CreateElement("dsig11:NamedCurve").CreateAttr("URI", curves[public.Curve.Params().Name])
		if point, err := public.Bytes(); err == nil {
			addText(value, "dsig11:PublicKey", base64.StdEncoding.EncodeToString(point))
		}
	}
}
