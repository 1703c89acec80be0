// Package account holds the users of one tenant of a service provider: what
// is stored of each, whether it may sign in, and how an identifier that an
// identity provider sends is matched with what is stored.
//
// It knows nothing of SAML, sessions or pages. Start at Account and Store.
package account

// State tells whether an account may be used.
type State string

// The states of an account. The empty State means Active.
const (
	Active   State = "active"
	Inactive State = "inactive" // switched off by an administrator
	Expired  State = "expired"  // past the date until which it was granted
	Locked   State = "locked"   // shut after too many attempts, until an administrator opens it
	Pending  State = "pending"  // made beforehand, never used so far
)

// Account is one user as the product stores it. Accounts are handed out and
// taken in by value: changing one changes nothing in the Store until Update.
type Account struct {
	ID         string   `yaml:"id"`    // unique in the tenant; the Store gives one when empty
	Login      string   `yaml:"login"` // what the user types on the product's own login form
	Password   string   `yaml:"password"`
	Email      string   `yaml:"email"`
	UserID     string   `yaml:"user-id"` // the identifier agreed with the identity provider (seed 002: tenantSpecificUserId)
	FirstName  string   `yaml:"first-name"`
	LastName   string   `yaml:"last-name"`
	Company    string   `yaml:"company"`
	Title      string   `yaml:"title"`
	State      State    `yaml:"state"`
	Role       string   `yaml:"role"`       // "" is an ordinary user; "admin" may open administration pages
	Groups     []string `yaml:"groups"`     // names that pages may ask for
	Incomplete bool     `yaml:"incomplete"` // the user must fill in the profile before anything else
}

// Name is what the product calls the user on its pages: the full name, or
// else the e-mail address, or else the login.
func (a Account) Name() string {
	switch {
	case a.FirstName != "" && a.LastName != "":
		return a.FirstName + " " + a.LastName
	case a.FirstName+a.LastName != "":
		return a.FirstName + a.LastName
	case a.Email != "":
		return a.Email
	}
	return a.Login
}

// field is one stored value that an account can be matched by or filled from.
type field struct {
	name string
	of   func(*Account) *string
}

var fields = []field{
	{"login", func(a *Account) *string { return &a.Login }},
	{"email", func(a *Account) *string { return &a.Email }},
	{"user-id", func(a *Account) *string { return &a.UserID }},
	{"first-name", func(a *Account) *string { return &a.FirstName }},
	{"last-name", func(a *Account) *string { return &a.LastName }},
	{"company", func(a *Account) *string { return &a.Company }},
	{"title", func(a *Account) *string { return &a.Title }},
}

// Fields lists the names that Match, Field and Set take, in a fixed order.
func Fields() []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// Field returns the named value, "" when no field has that name.
func (a Account) Field(name string) string {
	if p := a.pointer(name); p != nil {
		return *p
	}
	return ""
}

// Set stores value under the named field and tells whether there is one.
func (a *Account) Set(name, value string) bool {
	p := a.pointer(name)
	if p != nil {
		*p = value
	}
	return p != nil
}

func (a *Account) pointer(name string) *string {
	for _, f := range fields {
		if f.name == name {
			return f.of(a)
		}
	}
	return nil
}
