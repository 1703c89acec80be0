package report

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// What one message may take up on the page; report.json holds all of it.
const (
	markupLimit = 64 << 10 // bytes
	indentLimit = 24       // levels
	blobLength  = 160      // characters of base64 that are still shown in full
)

// markup lays out an XML message for reading, a line per element, with names
// in <b>, attribute names in <i>, values in <u>, and comments, instructions
// and declarations in <em>. It reads the bytes as they were sent and not what
// a parser makes of them: entities, CDATA sections and comments stay visible,
// and what is not well-formed is shown all the same.
func markup(message string) template.HTML {
	message = strings.ToValidUTF8(message, "\uFFFD")
	cut := ""
	if len(message) > markupLimit {
		cut = fmt.Sprintf("\n<em>… %s more, see %s</em>", size(len(message)-markupLimit), JSONFile)
		message = strings.ToValidUTF8(message[:markupLimit], "")
	}
	l := layout{}
	for message != "" {
		n := tokenLength(message)
		l.add(message[:n])
		message = message[n:]
	}
	return template.HTML(l.out.String() + cut)
}

// tokenLength returns the length of the tag, comment, CDATA section,
// instruction, declaration or run of text at the start of s.
func tokenLength(s string) int {
	if s[0] != '<' {
		if i := strings.IndexByte(s, '<'); i >= 0 {
			return i
		}
		return len(s)
	}
	for _, section := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if strings.HasPrefix(s, section[0]) {
			if i := strings.Index(s, section[1]); i >= 0 {
				return i + len(section[1])
			}
			return len(s)
		}
	}
	return tagLength(s)
}

// tagLength finds the > that ends a tag or declaration, past quotes and an
// internal subset. A tag that never ends is the rest of the message.
func tagLength(s string) int {
	declaration := strings.HasPrefix(s, "<!")
	var quote byte
	depth := 0
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case declaration && c == '[':
			depth++
		case declaration && c == ']':
			depth--
		case c == '>' && depth <= 0:
			return i + 1
		}
	}
	return len(s)
}

// layout writes tokens one after another and breaks the line where the
// message has nothing but white space between two tags.
type layout struct {
	out   strings.Builder
	depth int
	after after
}

// after is what was written last.
type after int

const (
	afterNothing after = iota
	afterOpening
	afterClosing
	afterText
	afterOther
)

func (l *layout) add(token string) {
	switch {
	case token[0] != '<':
		if strings.TrimSpace(token) != "" {
			l.out.WriteString(blob(token))
			l.after = afterText
		}
	case strings.HasPrefix(token, "</"):
		l.depth = max(l.depth-1, 0)
		if l.after == afterClosing || l.after == afterOther {
			l.line()
		}
		name, ended := strings.CutSuffix(token[2:], ">")
		l.out.WriteString("&lt;/<b>" + html.EscapeString(name) + "</b>")
		if ended {
			l.out.WriteString("&gt;")
		}
		l.after = afterClosing
	case strings.HasPrefix(token, "<!") || strings.HasPrefix(token, "<?"):
		if l.after != afterText && l.after != afterOpening {
			l.line()
			l.after = afterOther
		}
		l.out.WriteString("<em>" + html.EscapeString(token) + "</em>")
	default:
		if l.after != afterText {
			l.line()
		}
		l.out.WriteString(tagMarkup(token))
		l.after = afterOpening
		if strings.HasSuffix(token, "/>") {
			l.after = afterClosing
		} else {
			l.depth++
		}
	}
}

func (l *layout) line() {
	if l.after != afterNothing {
		l.out.WriteString("\n" + strings.Repeat("  ", min(l.depth, indentLimit)))
	}
}

// tagMarkup marks the names and values of a start tag.
func tagMarkup(tag string) string {
	var b strings.Builder
	end := strings.IndexAny(tag, " \t\r\n/>")
	if end < 0 {
		return html.EscapeString(tag)
	}
	b.WriteString("&lt;<b>" + html.EscapeString(tag[1:end]) + "</b>")
	for rest := tag[end:]; rest != ""; {
		start := strings.IndexAny(rest, `"'`)
		if start < 0 {
			b.WriteString(html.EscapeString(rest))
			break
		}
		stop := strings.IndexByte(rest[start+1:], rest[start])
		if stop < 0 {
			b.WriteString(html.EscapeString(rest))
			break
		}
		stop += start + 2
		b.WriteString("<i>" + html.EscapeString(rest[:start]) + "</i><u>" + blob(rest[start:stop]) + "</u>")
		rest = rest[stop:]
	}
	return b.String()
}

// blob shows text as it is, but folds long base64: nobody reads a signature,
// and it hides what is worth reading.
func blob(s string) string {
	plain := strings.Join(strings.Fields(s), "")
	if len(plain) <= blobLength || strings.Trim(plain, base64Characters) != "" || strings.Count(s, " ") > len(s)/20 {
		return html.EscapeString(s)
	}
	return fmt.Sprintf("<details class=blob><summary>%s…%s <small>%d characters</small></summary>%s</details>",
		html.EscapeString(plain[:32]), html.EscapeString(plain[len(plain)-8:]), len(plain), html.EscapeString(plain))
}

const base64Characters = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="'`

// size writes a number of bytes for people.
func size(n int) string {
	if n < 10<<10 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
