package profile

import "time"

// Settings is everything about a product that an administrator, or a
// scenario, can turn. The keys are the same in profile.yaml, in a layout and
// in a scenario's `setup: {sp: ...}`; what is laid over replaces scalars and
// lists, and merges maps. The comments say what the zero value means.
type Settings struct {
	// EntityID is the SP's name; "" is the URL of its metadata. IssuerSuffix is
	// put at its end (seed 003, SAML SP Issuer Suffix).
	EntityID     string `yaml:"entity-id"`
	IssuerSuffix string `yaml:"issuer-suffix"`

	Paths Paths `yaml:"paths"`
	// ReservedPath, when set, both starts single sign-on (GET) and takes the
	// answer (POST), in place of paths.start and paths.acs (seed 004).
	ReservedPath string `yaml:"reserved-path"`

	// Trust is how the SP knows the identity provider: by the certificates in
	// its metadata, by certificates that were handed over without any metadata
	// (then Issuer and LoginURL say the rest), by a thumbprint that an
	// administrator typed, or not at all.
	Trust        string   `yaml:"trust" words:"metadata certificates fingerprint nothing"`
	Certificates []string `yaml:"certificates"` // base64 of DER, with or without the lines of PEM
	Issuer       string   `yaml:"issuer"`       // the identity provider's entity ID
	// Fingerprint is the thumbprint as typed, in any spelling; "" is that of
	// each signing certificate in the metadata, as if it had been copied well.
	Fingerprint          string `yaml:"fingerprint"`
	FingerprintAlgorithm string `yaml:"fingerprint-algorithm" words:"sha1 sha256"`
	AnyIssuer            bool   `yaml:"any-issuer"` // the Issuer's name does not matter

	SPInitiated      bool   `yaml:"sp-initiated"`      // login can start here
	AllowUnsolicited bool   `yaml:"allow-unsolicited"` // login can start at the identity provider
	LoginURL         string `yaml:"login-url"`         // where requests go; "" is what the metadata says
	RequestBinding   string `yaml:"request-binding" words:"redirect post"`
	SignRequests     bool   `yaml:"sign-requests"`
	ForceAuthn       bool   `yaml:"force-authn"` // ask for a fresh login every time
	IsPassive        bool   `yaml:"is-passive"`  // ask for an answer without any page
	// SameSite is that attribute of the cookie that ties a request to its browser:
	// a lax one does not come back with the answer, which another site posts.
	SameSite string `yaml:"same-site" words:"none lax"`
	// NameIDPolicy is the Format asked for in requests; "" asks for none.
	NameIDPolicy string `yaml:"name-id-policy"`
	// ResponseBinding is how Responses are asked for; with artifact they are
	// fetched over the back channel, within ArtifactTimeout (zero is the limit of
	// Config.Client).
	ResponseBinding string        `yaml:"response-binding" words:"post artifact"`
	ArtifactTimeout time.Duration `yaml:"artifact-timeout"`
	// MetadataTimeout is how long the identity provider's metadata is waited for
	// where it is fetched; zero is the limit of the HTTP client.
	MetadataTimeout time.Duration `yaml:"metadata-timeout"`
	// RequestLifetime is how long an answer is waited for; a later one is refused.
	RequestLifetime time.Duration `yaml:"request-lifetime"`
	// AnswerTimeout is how long the browser's start page waits for the identity
	// provider's page before it gives up and says so; zero is for ever.
	AnswerTimeout time.Duration `yaml:"answer-timeout"`

	Tolerance time.Duration `yaml:"tolerance"` // how far the two clocks may differ
	// Tolerated are rules of sp/validate whose findings do not refuse, Enforced
	// are recommendations among them whose findings do.
	Tolerated []string `yaml:"tolerated"`
	Enforced  []string `yaml:"enforced"`
	AllowSHA1 bool     `yaml:"allow-sha1"` // in signatures and digests
	// CheckCertificate refuses signing certificates outside their validity, or weak ones.
	CheckCertificate bool `yaml:"check-certificate"`
	// SignatureOn is the element that must be signed; "" is either of the two.
	SignatureOn        string   `yaml:"signature-on" words:"either response assertion both"`
	AudienceOptional   bool     `yaml:"audience-optional"`
	NameIDRequired     bool     `yaml:"name-id-required"`
	NameIDFormats      []string `yaml:"name-id-formats"` // those that are taken; none is any
	RequiredAttributes []string `yaml:"required-attributes"`
	WantEncrypted      bool     `yaml:"want-encrypted"` // assertions in the clear are refused
	// DecryptsWith are the SP's keys that encrypted content is tried with; none
	// is a product that has no private key.
	DecryptsWith   []string `yaml:"decrypts-with" words:"current previous"`
	AuthzDecisions bool     `yaml:"authz-decisions"`
	AuthnContext   []string `yaml:"authn-context"` // classes asked for and insisted on
	// AuthnComparison is how a login may differ from them: not at all, or by being stronger.
	AuthnComparison string        `yaml:"authn-comparison" words:"exact minimum"`
	MaxAuthnAge     time.Duration `yaml:"max-authn-age"` // how long ago the user may have logged in; zero is any time
	MaxIssueAge     time.Duration `yaml:"max-issue-age"` // how old a message may be; zero is any age
	MaxBody         int           `yaml:"max-body"`      // bytes of a posted form
	MaxMessage      int           `yaml:"max-message"`   // bytes of the message in it; zero is max-body

	Metadata Metadata `yaml:"metadata"`
	Accounts Accounts `yaml:"accounts"`

	// Entrance is where somebody who is not signed in ends up when opening a
	// page: on the way to the identity provider, or at the product's own login.
	Entrance        string        `yaml:"entrance" words:"sso login"`
	PasswordLogin   bool          `yaml:"password-login"`   // the product has a login form of its own
	SessionLifetime time.Duration `yaml:"session-lifetime"` // idle time after which a session ends; zero is never
	// SLO switches single logout on: signing out here ends the session at the
	// identity provider as well, and the other way round.
	SLO        bool   `yaml:"slo"`
	SignOutURL string `yaml:"sign-out-url"` // where signing out leads; "" is the product's own page
	// RegistrationPath, when set, gives strangers a choice between signing in
	// and creating an account there (seed 003, SSO Registration Path).
	RegistrationPath string `yaml:"registration-path"`

	RelayStates []RelayState `yaml:"relay-states"`
	// Wording shows the texts of one of the profile's wordings in place of those
	// of its reactions, by reaction name; "" is none.
	Wording string `yaml:"wording"`
	// Texts replaces the text of reactions, by reaction name, where the
	// reaction is customizable.
	Texts map[string]string `yaml:"texts"`

	// CodeLifetime is how long a one-time code sent by e-mail can be used.
	CodeLifetime time.Duration `yaml:"code-lifetime"`
	// RootRefused is a release whose settings page does not take "/" as the
	// reserved path; the document allows it.
	RootRefused bool `yaml:"root-refused"`
	// PersistCredentials keeps the password of a login for the context variables
	// of event rules; a login by single sign-on has none to keep (seed 004).
	PersistCredentials bool `yaml:"persist-credentials"`
	// RuleLogin and RulePassword are credentials typed into the event rule
	// itself; empty means those of the session.
	RuleLogin    string `yaml:"rule-login"`
	RulePassword string `yaml:"rule-password"`

	Incoming Incoming `yaml:"incoming"`
}

// Paths are the addresses of what every product has, each starting with "/".
// An empty path means that the product has no such thing.
type Paths struct {
	Home      string `yaml:"home"`       // where a login without any other target ends
	Start     string `yaml:"start"`      // GET starts SP-initiated login
	ACS       string `yaml:"acs"`        // POST takes the Response
	Metadata  string `yaml:"metadata"`   // the SP's metadata
	Login     string `yaml:"login"`      // GET shows the product's own login page, POST takes the credentials
	Logout    string `yaml:"logout"`     // ends the session
	SignedOut string `yaml:"signed-out"` // where signing out leads when sign-out-url is empty
}

// Metadata is the shape of the SP's own metadata.
type Metadata struct {
	ID                   bool     `yaml:"id"`            // the EntityDescriptor has an ID
	SingleQuotes         bool     `yaml:"single-quotes"` // attributes are written in single quotes (seed 003)
	WantAssertionsSigned bool     `yaml:"want-assertions-signed"`
	NameIDFormats        []string `yaml:"name-id-formats"`
	Keys                 []string `yaml:"keys" words:"signing encryption"` // published certificates, by use
	// RequestedAttributes are what the SP asks for in an AttributeConsumingService.
	RequestedAttributes []RequestedAttribute `yaml:"requested-attributes"`
	ServiceName         string               `yaml:"service-name"`
}

// RequestedAttribute is one attribute the SP asks for in its metadata.
type RequestedAttribute struct {
	Name     string `yaml:"name"`
	Format   string `yaml:"format"` // NameFormat URI; "" leaves it out
	Required bool   `yaml:"required"`
}

// Accounts says which account a valid assertion is about.
type Accounts struct {
	// From is where the identifier stands: "name-id", or the name of an attribute.
	From  string `yaml:"from"`
	Field string `yaml:"field" words:"login email user-id"` // what it is compared with
	// Pattern is a regular expression whose first group is what is taken of the
	// identifier, "" for all of it. An identifier that it does not match is
	// nobody's (vendor's help: a local part by ^(.*)@.*).
	Pattern string `yaml:"pattern"`
	// OneAddress refuses an identifier that is not one e-mail address, such as a
	// list of them or one with blanks around it.
	OneAddress bool `yaml:"one-address"`
	// IgnoreCase makes letter case of no account in that comparison.
	IgnoreCase bool `yaml:"ignore-case"`
	// Create makes an account for somebody nobody knows ("anybody can sign up",
	// seed 003).
	Create bool `yaml:"create"`
	// Attributes fills account fields (see account.Fields) from attributes, at
	// every login, where the attribute was sent.
	Attributes map[string]string `yaml:"attributes"`
	// AcceptPending lets an account in that was made beforehand and never used.
	AcceptPending bool `yaml:"accept-pending"`
}

// RelayState is one named place in the product (seed 002, Relay State
// Configuration). Names are matched exactly, letter case included.
type RelayState struct {
	Name       string `yaml:"name"`
	Inactive   bool   `yaml:"inactive"`    // the Active box is not ticked: the relay state is ignored
	SPDefault  bool   `yaml:"sp-default"`  // used by the SSO button
	IdPDefault bool   `yaml:"idp-default"` // used when the portal sends none
	// Type is the Redirect/Link Type; Target what its drop-down selects.
	Type   string `yaml:"type" words:"dashboard client report path"`
	Target string `yaml:"target"`
}
