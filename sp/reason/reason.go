// Package reason is the closed list of conclusions a service provider can
// come to about a visitor: one word per conclusion, used alike by the
// validator, the profiles, the scenarios, the trace and the report.
//
// It knows nothing about how a reason is found or shown. Start at All.
package reason

// Reason is one conclusion, named for what the SP concludes (not for what is
// wrong in the message; that is a fault, and not for what the visitor sees;
// that is a reaction). The empty Reason means that nothing is wrong.
type Reason string

// The reasons of a SAML message, in no particular order: which one wins when
// several apply is each profile's precedence.
const (
	Malformed           Reason = "malformed"
	TooLarge            Reason = "too-large"
	Version             Reason = "version"
	Status              Reason = "status"
	SignatureMissing    Reason = "signature-missing"
	SignatureInvalid    Reason = "signature-invalid"
	FingerprintMismatch Reason = "fingerprint-mismatch"
	CertificateMissing  Reason = "certificate-missing"
	CertificateInvalid  Reason = "certificate-invalid"
	AlgorithmRefused    Reason = "algorithm-refused"
	Undecryptable       Reason = "undecryptable"
	EncryptionRequired  Reason = "encryption-required"
	Destination         Reason = "destination"
	Recipient           Reason = "recipient"
	InResponseTo        Reason = "in-response-to"
	Unsolicited         Reason = "unsolicited"
	Replayed            Reason = "replayed"
	Issuer              Reason = "issuer"
	IssueInstant        Reason = "issue-instant"
	NotYetValid         Reason = "not-yet-valid"
	Expired             Reason = "expired"
	Condition           Reason = "condition"
	Audience            Reason = "audience"
	Confirmation        Reason = "confirmation"
	SessionExpired      Reason = "session-expired"
	Subject             Reason = "subject"
	NameID              Reason = "name-id"
	AttributeMissing    Reason = "attribute-missing"
	AttributeInvalid    Reason = "attribute-invalid"
	AuthnStatement      Reason = "authn-statement"
	AuthnContext        Reason = "authn-context"
	AuthzDenied         Reason = "authz-denied"
)

// The reasons that need the SP's own state: its accounts, relay states,
// requests and clock.
const (
	UserNotFound       Reason = "user-not-found"
	UserInactive       Reason = "user-inactive"
	UserExpired        Reason = "user-expired"
	UserAmbiguous      Reason = "user-ambiguous"
	RelayStateNotFound Reason = "relay-state-not-found"
	Timeout            Reason = "timeout"
	RequestExpired     Reason = "request-expired"
	CookieMissing      Reason = "cookie-missing"
	MethodRefused      Reason = "method-refused"
	Artifact           Reason = "artifact"
	Metadata           Reason = "metadata"
	Loop               Reason = "loop"
)

// The reasons of the legacy road (seed 000), beside UserNotFound,
// UserInactive and UserExpired, which both roads share.
const (
	NotLoggedIn          Reason = "not-logged-in"
	SessionTimeout       Reason = "session-timeout"
	AccessDenied         Reason = "access-denied"
	AuthenticationFailed Reason = "authentication-failed"
	Logout               Reason = "logout"
	CookiesNotEnabled    Reason = "cookies-not-enabled"
	InvalidSession       Reason = "invalid-session"
)

// Road tells which kind of sign-on a reason belongs to.
type Road int

// The two roads; a reason may lie on both.
const (
	SAML   Road = 1 << iota
	Legacy      // Channeltivity's Incoming SSO
)

// Entry describes one reason.
type Entry struct {
	Reason  Reason
	Roads   Road
	Summary string // one sentence, no period: what the SP concluded
}

// All returns every reason, in the order in which they are listed and
// documented. The slice is the caller's.
func All() []Entry {
	return []Entry{
		{Malformed, SAML, "the message cannot be read as a SAML response: encoding, XML or schema"},
		{TooLarge, SAML, "the message is larger, deeper or richer than the SP will read"},
		{Version, SAML, "the message is not SAML 2.0"},
		{Status, SAML, "the identity provider answered with a status other than Success"},
		{SignatureMissing, SAML, "nothing that the SP relies on is signed"},
		{SignatureInvalid, SAML, "a signature does not verify, or does not cover what it should"},
		{FingerprintMismatch, SAML, "the signing certificate is not the one the SP was told to trust"},
		{CertificateMissing, SAML, "no certificate to verify the signature with: none configured, or none sent to an SP that holds only a thumbprint"},
		{CertificateInvalid, SAML, "the signing certificate is outside its validity, or too weak"},
		{AlgorithmRefused, SAML, "the signature uses an algorithm, canonicalization or transform that the SP does not allow"},
		{Undecryptable, SAML, "the encrypted assertion or identifier cannot be decrypted"},
		{EncryptionRequired, SAML, "the assertion is in the clear although this SP wants it encrypted"},
		{Destination, SAML, "the response is addressed to another URL"},
		{Recipient, SAML, "the subject confirmation names another recipient, or none"},
		{InResponseTo, SAML, "the response does not answer a request of this SP and this browser"},
		{Unsolicited, SAML, "the response was not asked for, and this SP takes only what it asked for"},
		{Replayed, SAML, "the assertion was used before"},
		{Issuer, SAML, "the message comes from an identity provider that this SP does not know"},
		{IssueInstant, SAML, "the message was issued too long ago, in the future, or says not when"},
		{NotYetValid, SAML, "the assertion is not valid yet (NotBefore)"},
		{Expired, SAML, "the assertion is not valid any more (NotOnOrAfter)"},
		{Condition, SAML, "a condition of the assertion is missing, unknown or not met"},
		{Audience, SAML, "the assertion is meant for another audience"},
		{Confirmation, SAML, "no subject confirmation holds: method, time or data"},
		{SessionExpired, SAML, "the session the identity provider speaks of is over already"},
		{Subject, SAML, "the assertion is about nobody, or about more than one"},
		{NameID, SAML, "the name identifier is missing, empty or of a form the SP cannot use"},
		{AttributeMissing, SAML, "an attribute that the SP needs is missing"},
		{AttributeInvalid, SAML, "an attribute that the SP needs has no usable value, or too many"},
		{AuthnStatement, SAML, "the assertion does not say that the user has authenticated"},
		{AuthnContext, SAML, "the user authenticated in another way than the SP asked for"},
		{AuthzDenied, SAML, "the identity provider's authorization decision is not Permit"},
		{UserNotFound, SAML | Legacy, "nobody here goes by the identifier that was sent"},
		{UserInactive, SAML | Legacy, "the account exists but is not active"},
		{UserExpired, SAML | Legacy, "the account has expired"},
		{UserAmbiguous, SAML | Legacy, "more than one account matches"},
		{RelayStateNotFound, SAML, "the relay state names no resource that can be opened"},
		{Timeout, SAML, "the identity provider did not answer in time"},
		{RequestExpired, SAML, "the answer came after the SP had given up its request"},
		{CookieMissing, SAML, "the browser did not bring back the SP's cookie"},
		{MethodRefused, SAML, "the message came by a binding or method that the SP does not take there"},
		{Artifact, SAML, "the artifact could not be exchanged for a message at the identity provider"},
		{Metadata, SAML, "the SP has no metadata of the identity provider that it can rely on"},
		{Loop, SAML, "the identity provider sends the browser back again and again without an answer"},
		{NotLoggedIn, Legacy, "the visitor is not logged in (reason code 1)"},
		{SessionTimeout, Legacy, "the visitor's session has timed out (reason code 2)"},
		{AccessDenied, Legacy, "the visitor may not open the page (reason code 3)"},
		{AuthenticationFailed, Legacy, "the Authentication Web Service did not confirm the e-mail and session key (reason code 4)"},
		{Logout, Legacy, "the visitor pressed Logout (reason code 6)"},
		{CookiesNotEnabled, Legacy, "the browser refuses cookies (reason code 9)"},
		{InvalidSession, Legacy, "the session key or e-mail is malformed (reason code 10)"},
	}
}
