package conformance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/onsi/gomega"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

func TestShuffled(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	var cases []*plan.Case
	for i := range 50 {
		cases = append(cases, &plan.Case{ID: fmt.Sprint(i)})
	}
	before := slices.Clone(cases)
	g.Expect(shuffled(cases, 0)).To(gomega.Equal(cases), "the plan's order")
	for seed := int64(1); seed <= 20; seed++ {
		order := shuffled(cases, seed)
		g.Expect(order).To(gomega.ConsistOf(cases))
		g.Expect(order).NotTo(gomega.Equal(cases))
		g.Expect(order).To(gomega.Equal(shuffled(cases, seed)), "a seed repeats an order")
		g.Expect(order).NotTo(gomega.Equal(shuffled(cases, seed+1)))
	}
	g.Expect(cases).To(gomega.Equal(before), "the plan is not touched")
}

func TestPicturesWanted(t *testing.T) {
	t.Parallel()
	c := func(family, product, layout string) *plan.Case {
		return &plan.Case{Scenario: &scenario.Scenario{Family: family}, Profile: &profile.Profile{Name: product}, Layout: layout}
	}
	some := newPictures(ScreenshotsSome)
	for i, one := range []struct {
		c      *plan.Case
		failed bool
		want   bool
	}{
		{c("time", "eft", "root"), false, true},
		{c("time", "eft", "root"), false, false},
		{c("time", "eft", "root"), true, true},
		{c("time", "eft", "other"), false, true},
		{c("sig", "eft", "root"), false, true},
		{c("time", "influitive", ""), true, true},
		{c("time", "influitive", ""), false, false},
	} {
		if got := some.wanted(one.c, one.failed); got != one.want {
			t.Errorf("%d: wanted %v", i+1, got)
		}
		if !newPictures(ScreenshotsAll).wanted(one.c, one.failed) || newPictures(ScreenshotsNone).wanted(one.c, one.failed) {
			t.Errorf("%d: all is not all, or none is not none", i+1)
		}
	}
}
