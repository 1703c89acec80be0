package fault

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"

	"github.com/beevik/etree"
)

// artifactFaults spoil the artifact, or its resolution.
func artifactFaults() []Fault {
	return slices.Concat(
		[]Fault{
			{Name: "artifact-unknown", Of: Artifact, Summary: "the artifact is one that the IdP never issued",
				Refs: []string{"SAML bindings 3.6", "SAML core 3.5.3"}, Delivery: editingArtifact(func(a []byte) []byte { return flipFrom(a, 24) })},
			{Name: "artifact-malformed", Of: Artifact, Summary: "the artifact is none of type 4",
				Refs: []string{"SAML bindings 3.6.4"},
				Params: []Param{{Name: "how", Kind: Choice, Default: "type", Choices: []string{"type", "length", "base64"},
					Doc: "another type code, an octet missing, or no base64"}},
				Delivery: malformArtifact},
			{Name: "artifact-source", Of: Artifact, Summary: "the artifact bears the SourceID of another IdP",
				Refs:   []string{"SAML bindings 3.6.4"},
				Params: []Param{{Name: "entity-id", Kind: String, Default: "https://other.example/idp", Doc: "of the other IdP"}},
				Delivery: func(d *Delivery, a Args) error {
					return editArtifact(d, func(artifact []byte) []byte {
						source := sha1.Sum([]byte(a.String("entity-id")))
						copy(artifact[4:24], source[:])
						return artifact
					})
				}},
			{Name: "artifact-beside-response", Of: Artifact, Summary: "a SAMLResponse travels with a good artifact",
				Refs:   []string{"SAML bindings 3.6"},
				Params: []Param{{Name: "value", Kind: String, Default: "PGEvPg==", Doc: "the SAMLResponse, in base64"}},
				Delivery: func(d *Delivery, a Args) error {
					d.add(messageField, a.String("value"))
					return nil
				}},
			{Name: "artifact-endpoint-index", Of: Artifact, Summary: "the artifact names a resolution endpoint that the metadata does not have",
				Refs:     []string{"SAML bindings 3.6.4"},
				Delivery: editingArtifact(func(a []byte) []byte { a[2], a[3] = 0, 9; return a })},
		},
		resolutionFaults(),
	)
}

func resolutionFaults() []Fault {
	return []Fault{
		{Name: "artifact-response-empty", Of: ArtifactResponse, Summary: "the ArtifactResponse holds no message",
			Refs: []string{"SAML core 3.5.3"}, Assertion: removing("Response/Response")},
		{Name: "artifact-response-in-response-to", Of: ArtifactResponse, Summary: "the ArtifactResponse answers a request that nobody sent",
			Refs: []string{"SAML core 3.2.2"}, Assertion: answerNobody},
		{Name: "artifact-response-status", Of: ArtifactResponse, Summary: "the ArtifactResponse reports this status, with the message in it all the same",
			Refs: []string{"SAML core 3.2.2.2", "SAML core 3.5.3"},
			Params: []Param{
				{Name: "code", Kind: Choice, Default: "Responder", Choices: statusCodes(), Doc: "the top-level code"},
				{Name: "sub", Kind: Choice, Choices: statusCodes(), Doc: "the second-level code; none when absent"}},
			Assertion: setStatus},
		{Name: "artifact-response-issuer", Of: ArtifactResponse, Summary: "the ArtifactResponse names another Issuer, although this IdP signs it",
			Refs:      []string{"SAML profiles 4.1.4.5"},
			Params:    []Param{{Name: "value", Kind: String, Default: "https://other-idp.example/metadata", Doc: "the Issuer"}},
			Assertion: editingText("Response/Issuer", "value")},
		{Name: "artifact-response-issuer-removed", Of: ArtifactResponse, Summary: "the ArtifactResponse names no Issuer",
			Refs: []string{"SAML profiles 4.1.4.5"}, Assertion: removing("Response/Issuer")},
		{Name: "artifact-response-unsigned", Of: ArtifactResponse, Summary: "the ArtifactResponse is not signed",
			Refs: []string{"SAML profiles 4.1.4.4"}, Signature: unsignedMessage},
		{Name: "artifact-response-beside", Of: ArtifactResponse, Summary: "after the Body with the ArtifactResponse stands a Header with another Response, which nobody has signed",
			Refs:    []string{"SAML bindings 3.2.2", "SOAP 1.1 4"},
			Params:  []Param{{Name: "value", Kind: String, Default: "mallory@example.com", Doc: "what replaces the text of the NameID wherever that text stands in the other Response"}},
			Service: addResponseBeside},
		{Name: "artifact-soap-fault", Of: ArtifactResponse, Summary: "the artifact resolution service answers with a SOAP fault",
			Refs: []string{"SAML bindings 3.2.3.3"},
			Service: func(http.Handler, Args) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/xml; charset=utf-8")
					w.WriteHeader(http.StatusInternalServerError)
					w.Write([]byte(soapFault))
				})
			}},
		{Name: "artifact-resolution-status", Of: ArtifactResponse, Summary: "the artifact resolution service answers with an HTTP error",
			Refs:   []string{"SAML bindings 3.2.3.3"},
			Params: []Param{{Name: "code", Kind: Choice, Default: "500", Choices: []string{"403", "404", "500", "502", "503"}, Doc: "the HTTP status"}},
			Service: func(_ http.Handler, a Args) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					http.Error(w, http.StatusText(a.Int("code")), a.Int("code"))
				})
			}},
		{Name: "artifact-resolution-silent", Of: ArtifactResponse, Summary: "the artifact resolution service takes the request and never answers",
			Refs: []string{"SAML bindings 3.6"},
			Service: func(http.Handler, Args) http.Handler {
				return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					wait(r, MaxDelay)
					panic(http.ErrAbortHandler)
				})
			}},
	}
}

const soapFault = `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault>` +
	`<faultcode>S:Server</faultcode><faultstring>the artifact cannot be resolved</faultstring></S:Fault></S:Body></S:Envelope>`

// addResponseBeside hides the other Response where it is the last element of
// that depth, which a reader that counts depths takes for the message.
func addResponseBeside(next http.Handler, a Args) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := &headed{ResponseWriter: w, body: &bytes.Buffer{}}
		next.ServeHTTP(kept, r)
		envelope := etree.NewDocument()
		if err := envelope.ReadFromBytes(kept.body.Bytes()); err != nil {
			panic(err) // the IdP has just written it
		}
		if genuine := envelope.FindElement("/Envelope/Body/ArtifactResponse/Response"); genuine != nil {
			forged := genuine.Copy()
			walk(forged, func(e *etree.Element) { removeChild(e, "Signature") })
			if id := forged.FindElement("Assertion/Subject/NameID"); id != nil {
				replaceTexts(forged, id.Text(), a.String("value"))
			}
			envelope.Root().CreateElement("S:Header").CreateElement("wrapper").AddChild(forged)
		}
		envelope.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
		w.WriteHeader(kept.code)
		_, _ = envelope.WriteTo(w) // the caller has left; nobody to tell
	})
}

// editArtifact edits the octets of the artifact in the form.
func editArtifact(d *Delivery, edit func([]byte) []byte) error {
	for i, f := range d.Fields {
		if f.Name != "SAMLart" {
			continue
		}
		octets, err := base64.StdEncoding.DecodeString(f.Value)
		if err != nil || len(octets) != 44 {
			return errors.New("the message has no artifact of type 4")
		}
		d.Fields[i].Value = base64.StdEncoding.EncodeToString(edit(octets))
		return nil
	}
	return errors.New("the message has no artifact")
}

func editingArtifact(edit func([]byte) []byte) func(*Delivery, Args) error {
	return func(d *Delivery, _ Args) error {
		return editArtifact(d, edit)
	}
}

// flipFrom changes every octet from there on.
func flipFrom(octets []byte, at int) []byte {
	for i := at; i < len(octets); i++ {
		octets[i] ^= 0xff
	}
	return octets
}

func malformArtifact(d *Delivery, a Args) error {
	how := a.String("how")
	err := editArtifact(d, func(artifact []byte) []byte {
		if how == "type" {
			artifact[1] = 3
		}
		if how == "length" {
			artifact = artifact[:43]
		}
		return artifact
	})
	if err != nil || how != "base64" {
		return err
	}
	for i := range d.Fields {
		if d.Fields[i].Name == "SAMLart" {
			d.Fields[i].Value = "*" + d.Fields[i].Value[1:]
		}
	}
	return nil
}
