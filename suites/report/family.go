package report

// families are the short names of the families that come with the program,
// as people say them; a family that is not here goes by its own, with blanks for
// hyphens.
var families = map[string]string{
	"aud": "Audience", "cond": "Conditions", "proto": "Addresses and requests", "subject": "Subject", "nameid": "Name identifier",
	"attr": "Attributes", "authn": "Authentication statement", "authz": "Authorization decision", "status": "Status codes",
	"time": "Time", "sig": "Signatures", "xsw": "Signature wrapping", "enc": "Encryption", "xml": "XML and encoding",
	"relay": "Relay state", "http": "Browser and transport", "meta": "Metadata", "slo": "Single logout", "art": "Artifact binding",
	"combo": "Two defects at once", "user": "Accounts after a good assertion", "vendor": "What vendors' help pages say",
	"reason": "Reason codes of the legacy road", "jump": "Jump page", "param": "Credentials in the link",
	"account": "Accounts on the legacy road", "authws": "Authentication Web Service",
	"channeltivity": "Channeltivity", "channeltivity-sso": "Channeltivity, Incoming SSO", "successpro": "SuccessPro",
	"influitive": "Influitive AdvocateHub", "eft": "Globalscape EFT",
}

func familyName(name string) string {
	if known, ok := families[name]; ok {
		return known
	}
	return words(name)
}
