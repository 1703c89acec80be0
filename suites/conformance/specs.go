package conformance

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

// verdictHolder takes Ginkgo's word for the whole suite. The exit status is
// the report's to give, so that there is one place that judges.
type verdictHolder struct{ failed bool }

func (v *verdictHolder) Fail() { v.failed = true }

// runSpecs declares one spec per case, named by the scenario's title and
// located at its line, and runs them. A spec does not play: it waits for the
// workers' result, so that Ginkgo sees every case in one process while several
// are under way.
func runSpecs(ctx context.Context, p *player) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	formatter.ColorableStdOut = p.options.Narrate
	ginkgo.Describe("single sign-on", func() {
		for i, c := range p.order {
			ginkgo.It(c.ID+": "+c.Scenario.Title, labels(c), location(c), func() { assert(p.result(ctx, i)) })
		}
	})
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.FailOnEmpty = true
	suite.RandomizeAllSpecs = false
	suite.Timeout = 0
	reporter.NoColor = true
	reporter.Succinct = true
	ginkgo.RunSpecs(&verdictHolder{}, "ssoproof", suite, reporter)
}

// assert turns a judged case into the spec's outcome.
func assert(c *report.Case) {
	ginkgo.GinkgoHelper()
	if c.Verdict == report.Skip {
		ginkgo.Skip(c.Cause)
	}
	gomega.Expect(c.Verdict).To(gomega.BeElementOf(report.Pass, report.KnownFail), "%s: %s\nalone: %s", c.Source, c.Cause, c.Command)
}

func labels(c *plan.Case) ginkgo.Labels {
	labels := ginkgo.Labels{"family:" + c.Scenario.Family, "profile:" + c.Profile.Name}
	if c.Layout != "" {
		labels = append(labels, "layout:"+c.Layout)
	}
	return labels
}

func location(c *plan.Case) types.CodeLocation {
	return types.CodeLocation{FileName: c.Scenario.Pos.File, LineNumber: c.Scenario.Pos.Line}
}
