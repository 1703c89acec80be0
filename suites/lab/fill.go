package lab

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Placeholders are what stands in a scenario for what is known only once the
// lab has its keys and addresses: thumbprints of the identity provider's
// certificates, in several spellings, the certificate itself, the parties'
// addresses, and one at which nobody ever answers.
func (l *Lab) Placeholders() map[string]string {
	k := l.house.keys
	values := map[string]string{
		"{idp-url}": l.URLs["idp"], "{sp-url}": l.URLs["sp"], "{origin-url}": l.URLs["origin"], "{trap-url}": l.trap,
		"{neighbour-url}": l.URLs["neighbour"], "{deaf-url}": l.house.deaf.url(),
		"{noise}": l.house.noise,
	}
	if l.second != nil {
		values["{second-idp-url}"] = l.second.url
	}
	if start := l.Settings.StartPath(); start != "" {
		values["{sso-link}"] = l.URLs["sp"] + start
	}
	if k.idp.Certificate != nil {
		values["{idp-certificate}"] = base64.StdEncoding.EncodeToString(k.idp.Certificate.Raw)
		values["{foreign-certificate}"] = base64.StdEncoding.EncodeToString(k.foreign.Certificate.Raw)
	}
	for name, certificate := range map[string]*x509.Certificate{
		"idp": k.idp.Certificate, "spare": k.spare.Certificate, "foreign": k.foreign.Certificate,
	} {
		if certificate == nil {
			certificate = &x509.Certificate{}
		}
		one, two := sha1.Sum(certificate.Raw), sha256.Sum256(certificate.Raw)
		for algorithm, sum := range map[string][]byte{"sha1": one[:], "sha256": two[:]} {
			key := "{" + name + "-" + algorithm
			values[key+"}"] = strings.ToUpper(spell(sum, ":"))
			values[key+"-plain}"] = spell(sum, "")
			values[key+"-spaced}"] = spell(sum, " ")
		}
	}
	return values
}

// spell writes a thumbprint in lower case with a separator between octets.
func spell(sum []byte, separator string) string {
	octets := make([]string, len(sum))
	for i, b := range sum {
		octets[i] = hex.EncodeToString([]byte{b})
	}
	return strings.Join(octets, separator)
}

// fill returns a copy of the node with every placeholder replaced.
func (l *Lab) fill(node *yaml.Node) *yaml.Node {
	if node == nil {
		return nil
	}
	return filledWith(node, l.Placeholders())
}

func filledWith(node *yaml.Node, values map[string]string) *yaml.Node {
	filled := *node
	for placeholder, value := range values {
		filled.Value = strings.ReplaceAll(filled.Value, placeholder, value)
	}
	filled.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		filled.Content[i] = filledWith(child, values)
	}
	return &filled
}

func (l *Lab) fillAll(nodes []*yaml.Node) []*yaml.Node {
	filled := make([]*yaml.Node, len(nodes))
	for i, n := range nodes {
		filled[i] = l.fill(n)
	}
	return filled
}
