package validate_test

import (
	"fmt"
	"strings"
	"testing"
)

// hostile is a message made to cost as much as it can, up to the size limit.
type hostile struct{ name, doc string }

// hostileMessages are filled up to just under the default limit of a mebibyte.
func hostileMessages(t testing.TB) []hostile {
	fill := func(open, unit string) string {
		return strings.Repeat(unit, (1<<20-len(response)-6000-len(open))/len(unit))
	}
	// Edited after signing: the digest is computed over all of it before it is refused.
	extended := func(markup string) string {
		return edit(t, signedResponse(t), status, fmt.Sprintf(extensions, markup))
	}
	const transform = `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`
	signature := `<ds:Signature xmlns:ds="` + ds + `"/>`
	var attributes strings.Builder
	for i := 0; attributes.Len() < 1<<20-8000; i++ {
		fmt.Fprintf(&attributes, ` a%d=""`, i)
	}
	return []hostile{
		{"deep-nesting", edit(t, response, status, fmt.Sprintf(extensions, fill("", "<a>")))},
		{"depth-allowed", extended(strings.Repeat("<a>"+strings.Repeat("<b/>", 80), 90) + strings.Repeat("</a>", 90))},
		{"element-flood", edit(t, response, status, fmt.Sprintf(extensions, fill("", "<a/>")))},
		{"elements-allowed", extended(strings.Repeat(`<a b="c"/>`, 7_900))},
		{"xml-attribute-flood", edit(t, response, status, fmt.Sprintf(extensions, "<a"+attributes.String()+"/>"))},
		{"attributes-allowed", edit(t, signedResponse(t), emailValue, emailValue+strings.Repeat(valueOpen+"g</saml:AttributeValue>", 3_900))},
		{"signature-flood", edit(t, signed(t), status, fill("", signature)+status)},
		{"signatures-allowed", edit(t, signed(t), status, strings.Repeat(signature, 15)+status)},
		{"transform-flood", edit(t, signed(t), "</ds:Transforms>", fill("", transform)+"</ds:Transforms>")},
		{"transforms-allowed", edit(t, signed(t), "</ds:Transforms>", strings.Repeat(transform, 7_900)+"</ds:Transforms>")},
		{"large-value", edit(t, signedResponse(t), "ada@example.com</saml:AttributeValue>", strings.Repeat("&amp;", (1<<20-9000)/5)+"</saml:AttributeValue>")},
	}
}

// BenchmarkHostile is for comparison: what the stock library spends on the same
// Responses stands beside.
func BenchmarkHostile(b *testing.B) {
	for _, r := range readings(b) {
		for _, h := range r.docs {
			raw := []byte(h.doc)
			b.Run(r.name+"/"+h.name, func(b *testing.B) {
				b.SetBytes(int64(len(raw)))
				for b.Loop() {
					r.read(raw)
				}
			})
			if r.name != "response" {
				continue
			}
			library := stockLibrary(b)
			b.Run("crewjam/"+h.name, func(b *testing.B) {
				b.SetBytes(int64(len(raw)))
				for b.Loop() {
					askStockLibrary(library, raw)
				}
			})
		}
	}
}
