package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
)

// tenantFlows need a setup with another tenant of the product (neighbour).
func tenantFlows() []Flow {
	return []Flow{
		{
			Name: "other-tenant", Summary: "sign in to another tenant of the product, and post the Response that is meant for it to this one",
			Road: "saml", Run: otherTenant,
		},
	}
}

// at is where a journey begins that can be made at either tenant.
func at() fault.Param {
	return fault.Param{Name: "at", Kind: fault.Choice, Default: "here", Choices: []string{"here", "other-tenant"},
		Doc: "the tenant: this one, or the product's other one"}
}

// atTenant lets play go on at the tenant that the parameter names.
func atTenant(l *lab.Lab, a fault.Args, play func() error) error {
	if a.String("at") == "other-tenant" {
		return l.AtNeighbour(play)
	}
	return play()
}

func otherTenant(l *lab.Lab, _ fault.Args) error {
	var acs string
	err := l.Intercept(func() error {
		return l.AtNeighbour(func() error {
			acs = l.Settings.ACSPath()
			return spInitiated(l, fault.Args{})
		})
	})
	if err != nil {
		return err
	}
	return l.ReplayTo(acs)
}
