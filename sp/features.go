package sp

import (
	"slices"

	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/feature/authwall"
	"github.com/ssoproof/ssoproof/sp/feature/hubsettings"
	"github.com/ssoproof/ssoproof/sp/feature/incomingsso"
	"github.com/ssoproof/ssoproof/sp/feature/messages"
	"github.com/ssoproof/ssoproof/sp/feature/relaystate"
	"github.com/ssoproof/ssoproof/sp/feature/transfersite"
)

// Features lists every feature that a profile can switch on.
func Features() []feature.Feature {
	return []feature.Feature{
		authwall.Feature,
		hubsettings.Feature,
		incomingsso.Feature,
		messages.Feature,
		relaystate.Feature,
		relaystate.Administration,
		transfersite.Feature,
	}
}

func lookUpFeature(name string) (feature.Feature, bool) {
	all := Features()
	i := slices.IndexFunc(all, func(f feature.Feature) bool { return f.Name == name })
	if i < 0 {
		return feature.Feature{}, false
	}
	return all[i], true
}
