package main

import (
	"github.com/ssoproof/ssoproof/suites/browser"
)

// chromeFlags say which Chrome to use.
type chromeFlags struct {
	path, url string
	show      bool
}

func (c *chromeFlags) define(flags *flagSet) {
	flags.StringVar(&c.path, "chrome", "", "the Chrome to start; the usual places are searched when absent")
	flags.StringVar(&c.url, "browser-url", "", "use a running Chrome: ws://... or http://HOST:PORT (cases at names under .test want it started with --host-resolver-rules='MAP *.test 127.0.0.1')")
	flags.BoolVar(&c.show, "show-browser", false, "use a full Chrome with a window")
}

func (c *chromeFlags) options() browser.Options {
	return browser.Options{Path: c.path, URL: c.url, Show: c.show}
}
