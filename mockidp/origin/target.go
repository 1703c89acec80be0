package origin

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// maxURL bounds a target or redirect value, in bytes.
const maxURL = 4096

// within reads an absolute URL and refuses it unless it lies on the origin:
// everything by which a browser could be led elsewhere, and the credentials
// with it, is an error that says what.
func within(origin *url.URL, raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, fmt.Errorf("it is longer than %d characters", maxURL)
	}
	for _, c := range raw {
		if c <= ' ' || c == 0x7f || c == '\\' {
			return nil, fmt.Errorf("it holds the character %q", c)
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("it is no URL")
	}
	switch {
	case u.Scheme == "" || u.Host == "":
		return nil, errors.New("it is not absolute")
	case u.User != nil:
		return nil, errors.New("it holds a user name")
	case !strings.EqualFold(u.Scheme, origin.Scheme) || hostPort(u) != hostPort(origin):
		return nil, fmt.Errorf("it is not on %s", origin)
	}
	return u, nil
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// withCredentials adds e-mail and session key to a portal URL. Old ones are
// replaced; every other character stays as it was, and a fragment stays last.
func (n Names) withCredentials(target, email, key string) string {
	page, fragment, hasFragment := strings.Cut(n.withoutCredentials(target), "#")
	separator := "?"
	if strings.Contains(page, "?") {
		separator = "&"
	}
	page += separator + url.QueryEscape(n.Email) + "=" + url.QueryEscape(email) +
		"&" + url.QueryEscape(n.Session) + "=" + url.QueryEscape(key)
	if hasFragment {
		page += "#" + fragment
	}
	return page
}

// withoutCredentials removes e-mail and session key from a portal URL.
func (n Names) withoutCredentials(target string) string {
	page, fragment, hasFragment := strings.Cut(target, "#")
	path, query, _ := strings.Cut(page, "?")
	var kept []string
	dropped := false
	for _, pair := range strings.Split(query, "&") {
		if n.isCredential(pair) {
			dropped = true
			continue
		}
		kept = append(kept, pair)
	}
	if dropped {
		page = path
		if len(kept) > 0 {
			page += "?" + strings.Join(kept, "&")
		}
	}
	if hasFragment {
		page += "#" + fragment
	}
	return page
}

func (n Names) isCredential(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	name, err := url.QueryUnescape(name)
	return err == nil && (name == n.Email || name == n.Session)
}
