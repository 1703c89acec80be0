package proof

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
	"github.com/crewjam/saml/xmlenc"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// places is what stands at each place of a message, by a path of element names.
// A path ends in an attribute (@ID), in text(), comment() or instruction(), in
// namespace() for the prefix and namespace of an element, or in order() for the
// names of its children.
type places map[string]string

// read enters an element with all below it. Of what is encrypted to the key, the
// plain text is entered, since the ciphertext never says what is in it.
func (p places) read(el *etree.Element, path string, key any) {
	if strings.Count(path, "/") > deepest {
		p[path+"/deeper()"] = strconv.Itoa(below(el))
		return
	}
	p[path+"/namespace()"] = el.Space + " " + el.NamespaceURI()
	for _, a := range el.Attr {
		p[path+"/@"+a.FullKey()] = a.Value
	}
	var text, comments, instructions, order []string
	times := map[string]int{}
	for _, child := range el.Child {
		switch c := child.(type) {
		case *etree.CharData:
			text = append(text, c.Data)
		case *etree.Comment:
			comments = append(comments, c.Data)
		case *etree.ProcInst:
			instructions = append(instructions, c.Target+" "+c.Inst)
		case *etree.Element:
			times[c.Tag]++
			order = append(order, c.Tag)
			p.read(c, path+"/"+numbered(c.Tag, times[c.Tag]), key)
		}
	}
	for what, all := range map[string][]string{"text()": text, "comment()": comments, "instruction()": instructions, "order()": order} {
		if len(all) > 0 {
			p[path+"/"+what] = strings.Join(all, map[bool]string{true: " "}[what == "order()"])
		}
	}
	if el.Tag == "EncryptedData" {
		p.decrypt(el, path, key)
	}
}

// deepest is how deep elements are entered one by one: of those further down, it
// is only said how many there are.
const deepest = 40

func numbered(tag string, time int) string {
	if time == 1 {
		return tag
	}
	return fmt.Sprintf("%s[%d]", tag, time)
}

// below counts the elements below one.
func below(el *etree.Element) int {
	n := 0
	for _, child := range el.ChildElements() {
		n += 1 + below(child)
	}
	return n
}

// decrypt puts what an EncryptedData holds in the place of its ciphertext.
func (p places) decrypt(data *etree.Element, path string, key any) {
	plain, err := decrypted(data, key)
	if err != nil {
		return
	}
	for place := range p {
		if strings.HasPrefix(place, path) && strings.HasSuffix(place, "/CipherValue/text()") {
			p[place] = "decrypts"
		}
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(plain); err != nil || doc.Root() == nil {
		p[path+"/plain()"] = string(plain)
		return
	}
	for i, el := range doc.ChildElements() {
		p.read(el, path+"/plain()/"+numbered(el.Tag, i+1), key)
	}
	for _, c := range doc.Child {
		if d, ok := c.(*etree.Directive); ok {
			p[path+"/plain()/directive()"] = d.Data
		}
	}
}

// decrypted takes a panic for an error: the library has one for a ciphertext
// that is no whole number of blocks.
func decrypted(data *etree.Element, key any) (plain []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("decrypting: %v", cause)
		}
	}()
	return xmlenc.Decrypt(key, data.Copy())
}

// carried enters the form that carries a message, whose text is not shown where
// it is as it should be.
func (p places) carried(f fault.Delivery, message string) {
	p["form/@action"], p["form/@method"], p["form/@enctype"] = f.URL, f.Method, f.Enctype
	p["form/@redirect"] = strconv.FormatBool(f.Redirect)
	escape := f.Escape
	if escape == nil {
		escape = func(text string) string { return text }
	}
	var order []string
	times := map[string]int{}
	for _, field := range f.Fields {
		times[field.Name]++
		order = append(order, field.Name)
		value := escape(field.Value)
		if message != "" && field.Value == message {
			value = "the message"
		}
		p["form/"+numbered(field.Name, times[field.Name])] = value
	}
	p["form/order()"] = strings.Join(order, " ")
}

// answered enters how a service answered.
func (p places) answered(a answer) {
	for name, values := range a.header {
		p["answer/"+name] = strings.Join(values, ", ")
	}
	p["answer/status"] = strconv.Itoa(a.status)
	p["answer/body"] = a.body
	p["answer/cut off"] = strconv.FormatBool(a.cut)
	p["answer/after"] = a.after.String()
}

// differing lists in which places two messages differ, and how. Of an element
// that is there in one of them only, what is below it is not listed.
func differing(plain, faulty places) []difference {
	var all []difference
	for _, path := range slices.Sorted(maps.Keys(faulty)) {
		if old, there := plain[path]; !there {
			all = append(all, difference{path, added, "", faulty[path]})
		} else if old != faulty[path] {
			all = append(all, difference{path, changed, old, faulty[path]})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(plain)) {
		if _, there := faulty[path]; !there {
			all = append(all, difference{path, removed, plain[path], ""})
		}
	}
	slices.SortStableFunc(all, func(a, b difference) int { return cmp.Compare(a.path, b.path) })
	return folded(all)
}

// folded has one difference for an element that was added or removed, with its
// own text, and none for the order of children that it explains.
func folded(all []difference) []difference {
	whole, texts := map[string]bool{}, map[string]string{}
	for _, d := range all {
		if element, ok := strings.CutSuffix(d.path, "/namespace()"); ok && d.kind != changed {
			whole[element] = true
		}
		if element, ok := strings.CutSuffix(d.path, "/text()"); ok && d.kind == added {
			texts[element] = d.now
		}
	}
	inside := func(path string) bool {
		for at := strings.LastIndexByte(path, '/'); at >= 0; at = strings.LastIndexByte(path[:at], '/') {
			if whole[path[:at]] {
				return true
			}
		}
		return false
	}
	var out []difference
	for _, d := range all {
		element, isElement := strings.CutSuffix(d.path, "/namespace()")
		switch {
		case isElement && d.kind != changed && !inside(element):
			out = append(out, difference{element, d.kind, "", texts[element]})
		case inside(d.path), strings.HasSuffix(d.path, "/order()") && !reordered(d):
		default:
			out = append(out, d)
		}
	}
	return out
}

// reordered tells whether the children that stand in both stand in another order.
func reordered(d difference) bool {
	before, after := strings.Fields(d.before), strings.Fields(d.now)
	common := func(names, others []string) []string {
		left := slices.Clone(others)
		var out []string
		for _, n := range names {
			if at := slices.Index(left, n); at >= 0 {
				out, left = append(out, n), slices.Delete(left, at, at+1)
			}
		}
		return out
	}
	return !slices.Equal(common(before, after), common(after, before))
}

type kind string

const (
	added   kind = "+"
	removed kind = "-"
	changed kind = "~"
)

// difference is one place, what stood there and what stands there now.
type difference struct {
	path        string
	kind        kind
	before, now string
}

// String shows what stands there, save what is computed or encrypted: the values
// of a digest, a signature and a cipher say nothing to the eye.
func (d difference) String() string {
	made := strings.HasSuffix(d.path, "Value/text()") && !strings.HasSuffix(d.path, "AttributeValue/text()")
	switch {
	case d.kind == removed, d.kind == added && d.now == "", made && len(d.before) == len(d.now):
		return string(d.kind) + " " + d.path
	case made:
		return fmt.Sprintf("%s %s %d octets for %d", d.kind, d.path, len(d.now), len(d.before))
	case d.kind == added:
		return fmt.Sprintf("%s %s %s", d.kind, d.path, quoted(d.now, d.now))
	}
	return fmt.Sprintf("%s %s %s", d.kind, d.path, quoted(d.before, d.now))
}

// most is how much of a text is shown.
const most = 60

// quoted shows a text, and of one that is long only what is not as before.
func quoted(before, now string) string {
	if len(now) <= most && len(before) <= 4*most {
		return strconv.Quote(now)
	}
	at := 0
	for at < len(before) && at < len(now) && before[at] == now[at] {
		at++
	}
	end := 0
	for end < len(before)-at && end < len(now)-at && before[len(before)-1-end] == now[len(now)-1-end] {
		end++
	}
	if before == now {
		return fmt.Sprintf("%s and so on, %d octets", strconv.Quote(now[:most]), len(now))
	}
	return fmt.Sprintf("%s for %s at octet %d of %d", cut(now[at:len(now)-end]), cut(before[at:len(before)-end]), at, len(before))
}

func cut(text string) string {
	if len(text) <= most {
		return strconv.Quote(text)
	}
	return fmt.Sprintf("%s… (%d octets)", strconv.Quote(text[:most/2]), len(text))
}

// spans says which place each octet of a document belongs to.
type spans []struct {
	end  int64
	path string
}

func spansOf(doc []byte) spans {
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	var all spans
	var path []string
	times := []map[string]int{{}}
	for {
		t, err := d.RawToken()
		if err != nil {
			return append(all, struct {
				end  int64
				path string
			}{int64(len(doc)), "after the document"})
		}
		place := strings.Join(path, "/")
		switch t := t.(type) {
		case xml.StartElement:
			times[len(times)-1][t.Name.Local]++
			path = append(path, numbered(t.Name.Local, times[len(times)-1][t.Name.Local]))
			times = append(times, map[string]int{})
			place = strings.Join(path, "/")
		case xml.EndElement:
			path, times = path[:len(path)-1], times[:len(times)-1]
		case xml.CharData:
			place += "/text()"
		}
		if len(path) == 0 && len(all) == 0 || place == "" {
			place = "before the root"
		}
		all = append(all, struct {
			end  int64
			path string
		}{d.InputOffset(), place})
	}
}

func (s spans) at(offset int) string {
	for _, one := range s {
		if int64(offset) < one.end {
			return one.path
		}
	}
	return "after the root"
}

// hunks lists where two documents differ octet for octet, token by token.
func hunks(plain, faulty []byte) []difference {
	where := spansOf(plain)
	a, b := tokens(plain), tokens(faulty)
	offset := 0
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		offset += len(a[0])
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var out []difference
	add := func(before, now []string) {
		old, new := strings.Join(before, ""), strings.Join(now, "")
		if old != new {
			out = append(out, difference{"octets in " + where.at(offset), changed, old, new})
		}
		offset += len(old)
	}
	for len(a) > 0 || len(b) > 0 {
		i, j := meet(a, b)
		add(a[:i], b[:j])
		a, b = a[i:], b[j:]
		for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
			offset += len(a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// tokens cuts a document before and after each tag.
func tokens(doc []byte) []string {
	var out []string
	for _, part := range strings.SplitAfter(string(doc), ">") {
		at := strings.IndexByte(part, '<')
		if at > 0 {
			out, part = append(out, part[:at]), part[at:]
		}
		if part != "" {
			out = append(out, part)
		}
	}
	return out
}

// meet finds the nearest tokens from which on both go on alike.
func meet(a, b []string) (int, int) {
	const far = 400
	for sum := 1; sum < far; sum++ {
		for i := 0; i <= sum && i < len(a); i++ {
			if j := sum - i; j < len(b) && a[i] == b[j] && len(a[i]) > 3 {
				return i, j
			}
		}
	}
	return len(a), len(b)
}
