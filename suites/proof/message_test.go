package proof

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// sender is an identity provider that leaves nothing to chance: with the same
// faults it sends the same octets.
type sender struct {
	now                     time.Time
	idp, spare, foreign, sp fault.Key
	cast                    cast
	standard                response.Spec // a message with everything in it
}

func newSender(t testing.TB) *sender {
	t.Helper()
	idp, spare := key(t, "idp"), key(t, "weak")
	idp.Chain = []*x509.Certificate{key(t, "other").Certificate} // as if it had issued that one
	spare.Chain = idp.Chain
	s := &sender{now: time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC), idp: idp, spare: spare, foreign: key(t, "other"), sp: key(t, "sp"), cast: newCast(t)}
	s.standard = s.everything(t)
	return s
}

// key reads one of the keys that the validator's own tests have: with keys made
// here no two runs would send the same.
func key(t testing.TB, name string) fault.Key {
	t.Helper()
	der := func(file string) []byte {
		text, err := os.ReadFile(filepath.Join("../../sp/validate/testdata/keys", file))
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		return block.Bytes
	}
	private, err := x509.ParsePKCS8PrivateKey(der(name + ".pem"))
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der(name + ".crt"))
	if err != nil {
		t.Fatal(err)
	}
	return fault.Key{Signer: private.(crypto.Signer), Certificate: certificate}
}

// sending is what went over the wire: a document, the form that carries it, and
// the HTTP answer around it, as far as the kind of message has them.
type sending struct {
	xml    []byte
	form   fault.Delivery
	answer answer
}

// answer is how a service answered.
type answer struct {
	status int
	header http.Header
	body   string
	cut    bool          // the connection was cut after the body
	after  time.Duration // what it took
}

// everything is the message to a product that is told everything.
func (s *sender) everything(t testing.TB) response.Spec {
	t.Helper()
	spec := response.Spec{
		Issuer: "https://idp.example/metadata", Now: s.now, ID: "_response", AssertionID: "_assertion", SessionIndex: "_session",
		InResponseTo: "_request", Destination: "https://sp.example/acs", Audiences: []string{"https://sp.example/metadata"},
		Key: s.idp, Spare: []fault.Key{s.spare}, Foreign: s.foreign, Recipient: s.sp.Certificate,
		AuthnContextClass: "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient", // which no fault is told to claim
		NotBefore:         -11 * time.Second, NotOnOrAfter: 311 * time.Second, // nor that window
		Metadata: s.metadata(t, nil).xml, RelayState: "here", HasRelayState: true,
	}
	var all yaml.Node
	if err := yaml.Unmarshal([]byte(everything), &all); err != nil {
		t.Fatal(err)
	}
	s.cast.tell(t, &spec, "ada", settings(t, all.Content[0]))
	return spec
}

// fitted changes the message to one in which the fault has something to break.
func fitted(spec response.Spec, f fault.Armed) response.Spec {
	switch {
	case f.Fault.Name == "signed":
		spec.Shape.Sign = "none"
	case f.Fault.Name == "carriage-returns":
		spec.Shape.XMLDeclaration = true // which a line feed follows
	case f.Fault.Name == "encrypted" && f.Args["part"] != string(fault.EveryAssertion):
		two, _ := fault.Find("assertion-duplicated")
		spec.Faults = []fault.Armed{{Fault: two, Args: two.Example()}}
	case f.Fault.Of == "" && f.Fault.Encrypt != nil && f.Fault.Name != "encrypted" && f.Fault.Name != "name-id-encrypted":
		// A library decrypts this one, to look inside; no fault is told to use it.
		spec.Shape.Encrypt, spec.Shape.Block = true, "aes192-cbc"
	}
	return spec
}

// plain is the message that a fault is for, as it is without the fault.
func (s *sender) plain(t testing.TB, f fault.Armed) sending { return s.send(t, f, nil) }

// faulty is that message with the fault.
func (s *sender) faulty(t testing.TB, f fault.Armed) sending { return s.send(t, f, []fault.Armed{f}) }

func (s *sender) send(t testing.TB, of fault.Armed, faults []fault.Armed) sending {
	t.Helper()
	settle(t)
	if of.Fault.Of == fault.Metadata {
		return s.metadata(t, faults)
	}
	if of.Fault.Service != nil {
		return s.served(t, of.Fault.Of, faults)
	}
	spec := fitted(s.standard, of)
	spec.Faults = append(spec.Faults, faults...)
	built, err := s.build(t, of.Fault, spec)
	if err != nil {
		t.Fatalf("%s: %v", spelled(of), err)
	}
	return sending{xml: built.XML, form: built.Form}
}

// settle leaves nothing of what follows to chance, save in a fuzz test.
func settle(t testing.TB) {
	if one, ok := t.(*testing.T); ok {
		cryptotest.SetGlobalRandom(one, 1815)
	}
}

func (s *sender) build(t testing.TB, of fault.Fault, spec response.Spec) (*response.Built, error) {
	t.Helper()
	switch of.Of {
	case fault.LogoutRequest, fault.LogoutResponse:
		return s.logout(t, of, spec)
	case fault.ArtifactResponse:
		return s.artifactResponse(t, spec)
	case fault.Artifact:
		artifact := append([]byte{0, 4, 0, 0}, strings.Repeat("source", 4)[:20]+strings.Repeat("handle", 4)[:20]...)
		form, err := response.DeliverArtifact(spec, base64.StdEncoding.EncodeToString(artifact), spec.Faults)
		return &response.Built{Form: form}, err
	}
	return response.Build(spec)
}

func (s *sender) built(t testing.TB, spec response.Spec) *response.Built {
	t.Helper()
	built, err := response.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

// artifactResponse is the answer to whoever brings an artifact, with a sound
// message in it.
func (s *sender) artifactResponse(t testing.TB, spec response.Spec) (*response.Built, error) {
	t.Helper()
	inside := spec
	inside.Faults = nil
	spec.ID = "_artifact"
	return response.BuildArtifactResponse(spec, root(t, s.built(t, inside).XML))
}

// enveloped is how a message travels on the back channel.
func enveloped(xml []byte) []byte {
	return []byte(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + string(xml) + `</S:Body></S:Envelope>`)
}

// logout makes a message of single logout, as a form unless the fault is for a
// query.
func (s *sender) logout(t testing.TB, of fault.Fault, spec response.Spec) (*response.Built, error) {
	t.Helper()
	l := response.Logout{Spec: spec, Binding: response.Post, SessionIndexes: []string{"_session"}, NotOnOrAfter: time.Minute}
	if strings.HasPrefix(of.Name, "logout-query") {
		l.Binding = response.Redirect
	}
	l.ID, l.Destination = "_logout", "https://sp.example/slo"
	if of.Of == fault.LogoutResponse {
		return response.BuildLogoutResponse(l)
	}
	l.InResponseTo = ""
	l.Genuine = genuine(root(t, s.built(t, s.standard).XML))
	return response.BuildLogoutRequest(l)
}

// genuine is the Assertion of a Response, as it stands alone.
func genuine(message *etree.Element) *etree.Element {
	assertion := message.SelectElement("Assertion").Copy()
	for _, a := range message.Attr {
		if a.Space == "xmlns" {
			assertion.CreateAttr(a.FullKey(), a.Value)
		}
	}
	return assertion
}

// untouching has the metadata written anew, as one with a fault is, and leaves
// it alone.
var untouching = fault.Armed{Fault: fault.Fault{Name: "untouching", Of: fault.Metadata, Assertion: func(m *fault.Message, _ fault.Args) error {
	m.Rewrites = append(m.Rewrites, func(raw []byte) ([]byte, error) { return raw, nil })
	return nil
}}}

// metadata fetches the identity provider's own.
func (s *sender) metadata(t testing.TB, faults []fault.Armed) sending {
	t.Helper()
	p, err := mockidp.New(mockidp.Config{BaseURL: "http://idp.example", Keys: []mockidp.Key{s.idp}, Foreign: s.foreign,
		SignMetadata: true, Now: func() time.Time { return s.now }})
	if err != nil {
		t.Fatal(err)
	}
	p.Arm(slices.Concat(faults, []fault.Armed{untouching})...)
	settle(t)
	return carrying(asked(p, "http://idp.example/saml/metadata"), "EntityDescriptor")
}

// carrying takes the document out of an answer that has one.
func carrying(a answer, what string) sending {
	if a.status != http.StatusOK || !strings.Contains(a.body, what) {
		return sending{answer: a}
	}
	xml := []byte(a.body)
	a.body = ""
	return sending{xml: xml, answer: a}
}

// served is what becomes of a page, or of an artifact's message on the back
// channel, behind faults of the service.
func (s *sender) served(t testing.TB, of fault.MessageName, faults []fault.Armed) sending {
	t.Helper()
	media, text := "text/html; charset=utf-8", []byte("<!DOCTYPE html><p>The message is in this page.</p>")
	if of == fault.ArtifactResponse {
		built, err := s.artifactResponse(t, s.standard)
		if err != nil {
			t.Fatal(err)
		}
		media, text = "text/xml; charset=utf-8", enveloped(built.XML)
	}
	var page http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		w.Write(text)
	})
	for _, f := range faults {
		page = f.Fault.Service(page, f.Args)
	}
	return carrying(asked(page, "http://idp.example/"), "<S:Envelope")
}

// asked asks a service. Time passes at once.
func asked(service http.Handler, url string) (a answer) {
	w := httptest.NewRecorder()
	r := fault.WithSleep(httptest.NewRequest(http.MethodGet, url, nil), func(_ *http.Request, d time.Duration) bool {
		a.after += d
		return true
	})
	defer func() {
		cause := recover()
		if cause != nil && cause != http.ErrAbortHandler {
			panic(cause)
		}
		a.status, a.header, a.body, a.cut = w.Code, w.Result().Header, w.Body.String(), cause != nil
	}()
	service.ServeHTTP(w, r)
	return a
}

func root(t testing.TB, xml []byte) *etree.Element {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(xml); err != nil {
		t.Fatalf("reading the message: %v\n%.2000s", err, xml)
	}
	return doc.Root()
}
