package mockidp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/crewjam/saml"
)

// The NameID formats that the IdP can make for anybody (core 8.3).
const (
	formatUnspecified = string(saml.UnspecifiedNameIDFormat)
	formatEmail       = string(saml.EmailAddressNameIDFormat)
	formatPersistent  = string(saml.PersistentNameIDFormat)
	formatTransient   = string(saml.TransientNameIDFormat)
)

var nameIDFormats = []string{formatEmail, formatPersistent, formatTransient, formatUnspecified}

// NameIDRule says how a person is named to an SP.
type NameIDRule struct {
	// Format is email, persistent, transient, unspecified, or any URI. When
	// empty, the first in the SP's metadata that the IdP can make, else email.
	Format string
	// From is the person's attribute that holds the value. When empty, the
	// attribute email for email, an opaque value per SP for persistent, a fresh
	// one for transient, and the login for the rest.
	From          string
	NameQualifier string
}

var formatNames = map[string]string{
	"email": formatEmail, "emailAddress": formatEmail, "persistent": formatPersistent,
	"transient": formatTransient, "unspecified": formatUnspecified,
}

func (n NameIDRule) complete(offered []saml.NameIDFormat) (NameIDRule, error) {
	if uri, ok := formatNames[n.Format]; ok {
		n.Format = uri
	}
	if n.Format != "" {
		if !strings.Contains(n.Format, ":") {
			return n, fmt.Errorf("name-id format %q is no URI and none of email, persistent, transient, unspecified", n.Format)
		}
		return n, nil
	}
	n.Format = formatEmail
	for _, format := range offered {
		if slices.Contains(nameIDFormats, string(format)) {
			n.Format = string(format)
			break
		}
	}
	return n, nil
}

// nameIDFormat is the format to use under a request's policy; !ok means
// that the policy cannot be met (core 3.4.1.1). AllowCreate never stands in
// the way: every identifier is computed, so none is created.
func (r *registration) nameIDFormat(policy *saml.NameIDPolicy) (format string, ok bool) {
	if policy == nil {
		return r.NameID.Format, true
	}
	if qualifier := policy.SPNameQualifier; qualifier != nil && *qualifier != "" && *qualifier != r.entityID() {
		return "", false
	}
	if policy.Format == nil || *policy.Format == "" || *policy.Format == formatUnspecified {
		return r.NameID.Format, true
	}
	wanted := *policy.Format
	return wanted, wanted == r.NameID.Format || slices.Contains(nameIDFormats, wanted)
}

// nameID names a person to an SP; "" means that the person lacks the
// attribute it comes from.
func (p *IdP) nameID(sp *registration, person Person, format string) string {
	if sp.NameID.From != "" && format == sp.NameID.Format {
		return person.first(sp.NameID.From)
	}
	switch format {
	case formatEmail:
		return person.first("email")
	case formatTransient:
		return randomID()
	case formatPersistent:
		// Opaque, the same at every sign-on and another at every SP (core 8.3.7).
		sum := sha256.Sum256([]byte(p.config.EntityID + "\x00" + sp.entityID() + "\x00" + person.Login))
		return "_" + hex.EncodeToString(sum[:16])
	}
	return person.Login
}
