package xmlenc

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
)

// The key transports.
const (
	OAEP     = Namespace + "rsa-oaep-mgf1p"
	OAEP11   = V11 + "rsa-oaep"
	PKCS1v15 = Namespace + "rsa-1_5"
)

// block is one content encryption algorithm.
type block struct {
	uri   string
	size  int // key size in bytes
	gcm   bool
	sound bool
	make  func([]byte) (cipher.Block, error)
}

func blocks() []block {
	return []block{
		{Namespace + "aes128-cbc", 16, false, true, aes.NewCipher},
		{Namespace + "aes192-cbc", 24, false, true, aes.NewCipher},
		{Namespace + "aes256-cbc", 32, false, true, aes.NewCipher},
		{V11 + "aes128-gcm", 16, true, true, aes.NewCipher},
		{V11 + "aes192-gcm", 24, true, true, aes.NewCipher},
		{V11 + "aes256-gcm", 32, true, true, aes.NewCipher},
		{Namespace + "tripledes-cbc", 24, false, false, des.NewTripleDESCipher},
	}
}

func findBlock(uri string) (block, bool) {
	for _, b := range blocks() {
		if b.uri == uri {
			return b, true
		}
	}
	return block{}, false
}

func keySize(uri string) int {
	b, _ := findBlock(uri)
	return b.size
}

// Authenticates tells whether the block cipher lets nothing but what the
// sender encrypted be decrypted.
func Authenticates(uri string) bool {
	b, _ := findBlock(uri)
	return b.gcm
}

// Known tells whether the algorithm can be computed here, and Sound whether it
// should be: 3DES and RSA 1.5 are known but not sound.
func Known(uri string) bool {
	_, isBlock := findBlock(uri)
	return isBlock || uri == OAEP || uri == OAEP11 || uri == PKCS1v15 ||
		digest(uri) != 0 || mgf(uri) != 0
}

// Sound tells whether the algorithm should be accepted.
func Sound(uri string) bool {
	if b, isBlock := findBlock(uri); isBlock {
		return b.sound
	}
	return Known(uri) && uri != PKCS1v15
}

func digest(uri string) crypto.Hash {
	return map[string]crypto.Hash{
		dsig + "sha1":        crypto.SHA1,
		Namespace + "sha256": crypto.SHA256,
		Namespace + "sha512": crypto.SHA512,
		"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	}[uri]
}

func mgf(uri string) crypto.Hash {
	return map[string]crypto.Hash{
		V11 + "mgf1sha1":   crypto.SHA1,
		V11 + "mgf1sha256": crypto.SHA256,
		V11 + "mgf1sha384": crypto.SHA384,
		V11 + "mgf1sha512": crypto.SHA512,
	}[uri]
}

// unwrap returns the content key of that size in bytes.
func (k Key) unwrap(key crypto.PrivateKey, size int) ([]byte, error) {
	decrypter, ok := key.(crypto.Decrypter)
	if !ok {
		return nil, ErrDecrypt
	}
	var options crypto.DecrypterOpts
	switch k.Transport {
	case OAEP, OAEP11:
		oaep := &rsa.OAEPOptions{Hash: digest(k.Digest), MGFHash: mgf(k.MGF), Label: k.label}
		if oaep.Hash == 0 || oaep.MGFHash == 0 {
			return nil, ErrDecrypt
		}
		options = oaep
	case PKCS1v15:
		// A wrong padding yields a random key, so that it fails like a wrong one.
		//lint:ignore SA1019 refused by rule; decrypted only where a mutant switches the rule off
		options = &rsa.PKCS1v15DecryptOptions{SessionKeyLen: size}
	default:
		return nil, ErrDecrypt
	}
	secret, err := decrypter.Decrypt(rand.Reader, k.cipher, options)
	if err != nil || len(secret) != size {
		return nil, ErrDecrypt
	}
	return secret, nil
}

// open decrypts the IV and ciphertext octets (XML Encryption 5.2).
func open(uri string, secret, data []byte) ([]byte, error) {
	b, known := findBlock(uri)
	if !known || len(secret) != b.size {
		return nil, ErrDecrypt
	}
	c, err := b.make(secret)
	if err != nil {
		return nil, ErrDecrypt
	}
	if b.gcm {
		return openGCM(c, data)
	}
	return openCBC(c, data)
}

func openGCM(c cipher.Block, data []byte) ([]byte, error) {
	g, err := cipher.NewGCM(c)
	if err != nil || len(data) < g.NonceSize()+g.Overhead() {
		return nil, ErrDecrypt
	}
	plain, err := g.Open(nil, data[:g.NonceSize()], data[g.NonceSize():], nil)
	if err != nil {
		return nil, ErrDecrypt
	}
	return plain, nil
}

func openCBC(c cipher.Block, data []byte) ([]byte, error) {
	size := c.BlockSize()
	if len(data) < 2*size || len(data)%size != 0 {
		return nil, ErrDecrypt
	}
	plain := make([]byte, len(data)-size)
	cipher.NewCBCDecrypter(c, data[:size]).CryptBlocks(plain, data[size:])
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > size {
		return nil, ErrDecrypt
	}
	return plain[:len(plain)-padding], nil
}
