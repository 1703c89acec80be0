package fault

import (
	"crypto/x509"
	"fmt"
	"net/http"
)

func metadataSignatureFaults() []Fault {
	return []Fault{
		{Name: "metadata-tampered", Of: Metadata, Summary: "an address in the metadata is changed after signing",
			Refs:     []string{"SAML metadata 3"},
			Params:   []Param{{Name: "value", Kind: String, Default: "https://other-idp.example/sso", Doc: "the Location of the first SingleSignOnService"}},
			Document: settingAttr(idpRole+"/SingleSignOnService", "Location", "value")},
		{Name: "metadata-signature-object", Of: Metadata, Summary: "an object in the signature, which it does not cover, describes another identity provider",
			Refs:     []string{"SAML metadata 3.1", "XML-DSig 6.6.4"},
			Params:   []Param{{Name: "base", Kind: String, Default: "https://other-idp.example/", Doc: "what the addresses of the other one begin with"}},
			Document: addEntityObject},
		{Name: "metadata-unsigned", Of: Metadata, Summary: "the metadata is not signed",
			Refs: []string{"SAML metadata 3"}, Signature: func(s *Signing, _ Args) error { s.Sign = false; return nil }},
		{Name: "metadata-signed-with-foreign-key", Of: Metadata, Summary: "somebody else has signed the metadata",
			Refs: []string{"SAML metadata 3"},
			Signature: func(s *Signing, _ Args) error {
				s.Key, s.Certificates = s.Foreign, []*x509.Certificate{s.Foreign.Certificate}
				return nil
			}},
	}
}

func addEntityObject(m *Message, a Args) error {
	signature, err := m.element("Response/Signature")
	if err != nil {
		return err
	}
	other := m.Response.Copy()
	if own := other.SelectElement("Signature"); own != nil {
		other.RemoveChild(own)
	}
	other.RemoveAttr("ID")
	readdressed(other, a.String("base"))
	signature.CreateElement(signature.Space + ":Object").AddChild(other)
	return nil
}

// loginPage is well-formed XML, too, behind its document type.
const loginPage = `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Sign in</title></head><body><form><input name="login"/><button>Sign in</button></form></body></html>`

// metadataServiceFaults keep the document from being fetched.
func metadataServiceFaults() []Fault {
	answering := func(answer func(http.ResponseWriter, Args)) func(http.Handler, Args) http.Handler {
		return func(_ http.Handler, a Args) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, a) })
		}
	}
	return []Fault{
		{Name: "metadata-status", Of: Metadata, Summary: "the metadata's address answers with an HTTP error",
			Refs:   []string{"RFC 9110 15"},
			Params: []Param{{Name: "code", Kind: Choice, Default: "404", Choices: []string{"404", "500", "503"}, Doc: "the HTTP status"}},
			Service: answering(func(w http.ResponseWriter, a Args) {
				http.Error(w, http.StatusText(a.Int("code")), a.Int("code"))
			})},
		{Name: "metadata-reset", Of: Metadata, Summary: "the metadata's address closes the connection without an answer",
			Refs: []string{"RFC 9112 9.5"},
			// net/http closes the connection on exactly this panic and logs nothing.
			Service: answering(func(http.ResponseWriter, Args) { panic(http.ErrAbortHandler) })},
		{Name: "metadata-silent", Of: Metadata, Summary: "the metadata's address takes the request and never answers",
			Refs: []string{"SAML metadata 4.1"},
			Service: func(http.Handler, Args) http.Handler {
				return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					wait(r, MaxDelay)
					panic(http.ErrAbortHandler)
				})
			}},
		{Name: "metadata-html", Of: Metadata, Summary: "a login page stands at the metadata's address",
			Refs:   []string{"SAML metadata 4.1"},
			Params: []Param{{Name: "type", Kind: Choice, Default: "text/html", Choices: []string{"text/html", "application/xml"}, Doc: "the media type; XML has no document type declaration"}},
			Service: answering(func(w http.ResponseWriter, a Args) {
				w.Header().Set("Content-Type", a.String("type")+"; charset=utf-8")
				if a.String("type") == "text/html" {
					fmt.Fprint(w, "<!DOCTYPE html>")
				}
				fmt.Fprint(w, loginPage)
			})},
		{Name: "metadata-redirected", Of: Metadata, Summary: "the metadata's address redirects to another one",
			Refs:   []string{"CWE-918"},
			Params: []Param{{Name: "to", Kind: String, Default: "http://127.0.0.1/", Doc: "where to"}},
			Service: answering(func(w http.ResponseWriter, a Args) {
				w.Header().Set("Location", a.String("to"))
				w.WriteHeader(http.StatusFound)
			})},
	}
}
