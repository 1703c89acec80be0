package profile

import "time"

// Incoming is the Incoming SSO settings page (seeds 000 and 001); it matters
// to the feature incoming-sso only.
type Incoming struct {
	// Enabled is the vendor's switch: without it the portal has no SSO Settings
	// page, and nothing here has an effect (seed 001, "How to implement", step 1).
	Enabled bool `yaml:"enabled"`
	Active  bool `yaml:"active"` // the box at the top of the page
	// InvalidSessionURL is the Jump Page, which visitors without a session are
	// sent to; ReasonParameter and TargetParameter name the query variables
	// that carry the reason code and the page asked for.
	InvalidSessionURL string `yaml:"invalid-session-url"`
	ReasonParameter   string `yaml:"reason-parameter"`
	TargetParameter   string `yaml:"target-parameter"`
	// EmailParameter and SessionParameter name the query variables that bring
	// the user's e-mail address and session key.
	EmailParameter   string `yaml:"email-parameter"`
	SessionParameter string `yaml:"session-parameter"`
	// ServiceURL is the Originating System's Authentication Web Service.
	ServiceURL     string        `yaml:"service-url"`
	ServiceFormat  string        `yaml:"service-format" words:"json xml soap"`
	ServiceTimeout time.Duration `yaml:"service-timeout"`
	// CookieProbe is when a browser without any of the portal's cookies is
	// tested for them: when it arrives with credentials, or on its first
	// request already, which costs every visitor one redirect more.
	CookieProbe string `yaml:"cookie-probe" words:"arrival first"`
	// LoopLimit is how often within a minute one page is sent to the Jump Page
	// before the portal gives up and says so.
	LoopLimit int `yaml:"loop-limit"`
	// DataAPIKey is what a caller of the Data API must know; "" is no Data API.
	// DataAPIReadOnly lets callers look, and refuses whatever they would change.
	DataAPIKey      string `yaml:"data-api-key"`
	DataAPIReadOnly bool   `yaml:"data-api-read-only"`
}
