// Package fault is the catalogue of defects that the mock identity provider
// can put into what it sends. One fault is one entry in one file; everything
// that lists, checks or documents faults is derived from the entries.
//
// The package must not know scenarios, profiles or service providers: a fault
// is named for what is wrong in the message. Start at Fault and Catalogue.
package fault

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/beevik/etree"
)

// Fault is one named defect. Exactly one hook is set, at the stage that the
// defect belongs to: a defect at the wrong stage tests nothing. Hooks are
// called in the order of the fields; whatever is signed after a hook has run
// is signed correctly, so that the defect is the only one.
type Fault struct {
	Name    string   // kebab-case, named for what is wrong in the message
	Summary string   // one sentence without a period: what is sent
	Refs    []string // clauses, CVEs, product documents
	Params  []Param
	// Of is the message that the fault is for, "" the Response; it waits for
	// the next of these. A hook finds the message's root in Message.Response.
	Of MessageName
	// Lasting keeps the fault armed when it has struck, until it is taken back.
	Lasting bool

	// Assertion edits the tree before anything is signed.
	Assertion func(*Message, Args) error
	// Signature edits how one element gets signed. It is called once for the
	// Response and once for the Assertion, with Signing.Target telling which.
	Signature func(*Signing, Args) error
	// Encrypt edits what gets encrypted and how. It is called, before anything
	// is signed, whenever the SP has an encryption certificate.
	Encrypt func(*Encryption, Args) error
	// Document edits the tree after signing and encrypting.
	Document func(*Message, Args) error
	// Wire edits the serialised bytes, before base64.
	Wire func([]byte, Args) ([]byte, error)
	// Delivery edits the form that carries the message to the SP.
	Delivery func(*Delivery, Args) error
	// Service wraps the IdP's single sign-on handler: delay, status, silence.
	// What it does ends with the request's context and after MaxDelay.
	Service func(http.Handler, Args) http.Handler
}

// MessageName names a kind of message that the IdP sends.
type MessageName string

// What the IdP sends beside Responses. An Artifact is no XML: its faults have
// the Delivery hook.
const (
	LogoutRequest    MessageName = "LogoutRequest"
	LogoutResponse   MessageName = "LogoutResponse"
	Artifact         MessageName = "Artifact"
	ArtifactResponse MessageName = "ArtifactResponse"
	Metadata         MessageName = "Metadata" // the IdP's own, whenever it is fetched
)

// Armed is a fault with its arguments, ready to be applied once or for good.
type Armed struct {
	Fault Fault
	Args  Args
}

// Message is a Response, or another message, under construction.
type Message struct {
	Response *etree.Element // the root, always set
	// Assertion is nil in a Response without one, or once encrypted. Beside a
	// LogoutRequest it is one that this IdP has signed for the same person, in
	// no tree.
	Assertion *etree.Element
	Now       time.Time // the IdP's clock
	// Destination is the ACS URL that the message will be delivered to, and
	// InResponseTo the ID of the request it answers ("" when unsolicited):
	// what a correct message would say, whatever the tree says by now.
	Destination, InResponseTo string
	// Digest computes the DigestValue that a signature would have for an element
	// which is not signed yet.
	Digest func(*etree.Element) (string, error)

	// Foreign is a certificate of a key that is not the IdP's, in DER; only beside
	// metadata.
	Foreign []byte

	// Other returns the Assertion, unsigned and in no tree, that this message
	// would hold if another of the IdP's people had signed in; nil where nobody
	// else is known.
	Other func(login string) (*etree.Element, error)
	// Metadata is the document that the IdP publishes; only beside a Response.
	Metadata []byte
	// Rewrites edit the serialised message in turn, before the faults of the wire:
	// what a fault of the document has to write that no tree can hold.
	Rewrites []func([]byte) ([]byte, error)

	withheld *etree.Element // the Assertion that another fault took out
}

// Key is a private key with its certificate.
type Key struct {
	Signer      crypto.Signer
	Certificate *x509.Certificate
	// Chain is the certificate that issued Certificate, and those above it; nil
	// for a self-signed one.
	Chain []*x509.Certificate
}

// Target names the element that a signature covers.
type Target string

// The two elements that can be signed.
const (
	Response  Target = "response"
	Assertion Target = "assertion"
)

// Signing says how one element gets signed.
type Signing struct {
	Target  Target
	Message *Message // that is being signed; nil beside a query
	Sign    bool     // false leaves the element unsigned
	Key     Key      // the IdP's active key
	// Spare are other keys the IdP owns, in the order of Config.Keys after the
	// active one; Foreign is a key that no SP was ever told about.
	Spare   []Key
	Foreign Key
	Now     time.Time // the IdP's clock

	// The algorithms are URIs or the short names of a response's shape. A URI
	// that nobody knows is written as it is, and a usual algorithm used.
	Algorithm        string   // SignatureMethod
	Digest           string   // DigestMethod, "" for that of Algorithm
	Canonicalization string   // CanonicalizationMethod
	Transforms       []string // in order
	PrefixList       string   // InclusiveNamespaces of the exclusive transform
	// ID is that of the target, OtherID that of the other element that could be
	// signed.
	ID, OtherID string
	// Reference is the URI of the Reference. One that names the ID of another
	// element signs that element; nil names the target.
	Reference *string
	// Octets, when not nil, edits what the target's digest is computed over:
	// what a verifier digests that was talked into overlooking something.
	Octets func([]byte) []byte
	// DigestOf computes the DigestValue that a Reference of this signature has
	// for an element; it is set once the signature is being made.
	DigestOf func(*etree.Element) (string, error)
	// Info changes SignedInfo before its signature value is computed.
	Info []func(signedInfo *etree.Element) error
	// Certificates go into KeyInfo, leaf first; none writes no KeyInfo.
	Certificates []*x509.Certificate
	// KeyValue writes the bare public key into KeyInfo, before certificates.
	KeyValue bool
	// Escape spells the values of a signed query; nil is url.QueryEscape. The
	// signature covers what it returns (bindings 3.4.4.1).
	Escape func(string) string
	// Value, when not nil, edits the octets of the signature.
	Value func([]byte) []byte
	// Edits change the finished Signature element, before anything around it
	// is signed: a broken Assertion signature under a good Response signature.
	Edits []func(signature *etree.Element) error
}

// Part is how much of the assertions gets encrypted.
type Part string

// The parts that can be encrypted.
const (
	Nothing         Part = "none"
	EveryAssertion  Part = "assertions"
	FirstAssertion  Part = "first-assertion"  // of several
	SecondAssertion Part = "second-assertion" // of several
)

// Encryption says what gets encrypted, and how. Algorithms are written as in Signing.
type Encryption struct {
	Part         Part
	NameID       bool              // writes an EncryptedID, before the assertion is signed
	Attributes   bool              // writes EncryptedAttributes, before the assertion is signed
	Nested       bool              // encrypts what is encrypted once more
	First        *rsa.PublicKey    // gets an EncryptedKey of its own before that of Recipient
	Recipient    *rsa.PublicKey    // the SP's key
	Certificate  *x509.Certificate // and its certificate
	Foreign      *rsa.PublicKey    // a key that is not the SP's
	Block        string            // content EncryptionMethod
	KeyTransport string            // key EncryptionMethod
	Digest       string            // OAEP DigestMethod
	MGF          string            // OAEP 1.1 mask generation hash, "" for that of Digest
	// Plaintext, when not nil, edits the serialised element before encryption,
	// Ciphertext the IV and ciphertext octets after it, and Edit the finished
	// EncryptedData.
	Plaintext, Ciphertext func([]byte) []byte
	Edit                  func(encryptedData *etree.Element) error
}

// Delivery is the HTML form that carries the message. With the method GET and
// a message that travels in the query it is a redirect.
type Delivery struct {
	URL    string // the form's action
	Method string // POST unless a fault says otherwise
	Fields []Field
	Escape func(string) string // of a redirect, see Signing
	// Enctype is the form's encoding, "" the usual one.
	Enctype string
	// Redirect sends the browser on with the fields in the query, without a form.
	Redirect bool
}

// Field is one hidden input, in order; a name may stand twice.
type Field struct{ Name, Value string }
