using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Desk.Notification.Writing;

namespace Desk.Notification.Tests;

public sealed class DkimTests
{
    // RFC 8032, 7.1, tests 1 to 3.
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Ed25519_signs_as_the_standard_does(string secret, string publicKey, string message, string signature)
    {
        var key = new Ed25519(Convert.FromHexString(secret));
        Assert.Equal(publicKey, Convert.ToHexStringLower(key.Public));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(Convert.FromHexString(message))));
    }

    // RFC 6376, 3.4.5 and 3.4.4.
    [Theory]
    [InlineData(" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n")]
    [InlineData("", "")]
    [InlineData("\r\n \r\n\t\r\n", "")]
    [InlineData("a\r\n\r\n\r\nb", "a\r\n\r\n\r\nb\r\n")]
    public void A_body_is_brought_to_one_form(string body, string relaxed)
    {
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(relaxed)), Dkim.HashOfBody(Encoding.ASCII.GetBytes(body)));
        // The same where a line is longer than what is held at once.
        var (left, right) = (new string('x', 1_023) + " \t ", new string('y', 3_000));
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes($"{left.TrimEnd()} {right}\r\n")), Dkim.HashOfBody(Encoding.ASCII.GetBytes($"{left}{right}\r\n")));
    }

    [Fact]
    public void A_signature_checks_and_breaks_when_anything_that_is_read_is_changed()
    {
        using var rsa = RSA.Create(2048);
        var mail = Signed(rsa);
        Assert.True(Checks(mail, rsa));
        // What servers do on the way: other white space, other names' case, more headers on top.
        Assert.True(Checks("Received: from a\r\n" + mail.Replace("\r\nSubject: Skrivaren", "\r\nSUBJECT:   Skrivaren").Replace("text =\r\n", "text =  \r\n"), rsa));
        Assert.False(Checks(mail.Replace("Skrivaren", "Skrivarna"), rsa));
        Assert.False(Checks(mail.Replace("plain text", "other text"), rsa));
        foreach (var added in new[] { "From: ceo@nordvik.example", "To: all@nordvik.example", "Subject: Pay", "Content-Type: text/html", "Reply-To: x@evil.example", "Cc: b@evil.example" })
            Assert.False(Checks(mail.Insert(mail.IndexOf("\r\nMIME-Version", StringComparison.Ordinal) + 2, added + "\r\n"), rsa), added);
    }

    [Fact]
    public void Tried_again_the_mail_and_its_signature_are_the_same_and_no_line_is_long()
    {
        using var rsa = RSA.Create(2048);
        Assert.Equal(Signed(rsa), Signed(rsa));
        Assert.All(Signed(rsa).Split("\r\n"), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public void A_key_that_is_none_is_refused_at_once()
    {
        Assert.Throws<InvalidOperationException>(() => DkimKey.Read("s", "no key"));
        using var weak = RSA.Create(512);
        Assert.Throws<InvalidOperationException>(() => DkimKey.Read("s", weak.ExportPkcs8PrivateKeyPem()));
        Assert.Equal("ed25519-sha256", DkimKey.Read("s", Ed25519Pem()).Algorithm);
    }

    internal static string Ed25519Pem() => PemEncoding.WriteString("PRIVATE KEY",
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, .. Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")]);

    internal static Draft A(string subject) => new(
        new Address("support@desk.example", "Servicedesk, Åkesta"), new Address("rut@nordvik.example", "Rut Åberg"), [], "support+D-1.x@desk.example", subject,
        "D-1.abc.def@desk.example", "one@nordvik.example", ["zero@nordvik.example"], default, true, "sv",
        "plain text \nwith  spaces\n\n\nand a long line that has to be broken softly because it goes on beyond what a line may hold", "<p>html</p>")
    {
        Files = [new MailFile("a.bin", "application/octet-stream", new byte[5000])],
    };

    private static string Signed(RSA rsa)
        => Encoding.ASCII.GetString(new Dkim([DkimKey.Read("mail2026", rsa.ExportPkcs8PrivateKeyPem()), DkimKey.Read("ed2026", Ed25519Pem())]).Sign(MailWriter.Write(A("Skrivaren")), "desk.example"));

    /// <summary>As a receiver checks it, written apart from the signer: strings and patterns, RFC 6376 section 6.1.</summary>
    private static bool Checks(string mail, RSA rsa)
    {
        var end = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var fields = Regex.Replace(mail[..end], "\r\n[ \t]+", " ").Split("\r\n").Select(line => (Name: line[..line.IndexOf(':')].Trim().ToLowerInvariant(), Value: Regex.Replace(line[(line.IndexOf(':') + 1)..], "[ \t]+", " ").Trim())).ToList();
        var signature = fields.Single(field => field.Name == "dkim-signature" && field.Value.Contains("a=rsa-sha256")).Value;
        var tags = signature.Split(';').Select(tag => tag.Split('=', 2)).ToDictionary(tag => tag[0].Trim(), tag => Regex.Replace(tag[1], " ", ""));
        Assert.Equal(("1", "relaxed/relaxed", "desk.example", "mail2026"), (tags["v"], tags["c"], tags["d"], tags["s"]));
        var body = Regex.Replace(string.Join("\r\n", mail[(end + 4)..].Split("\r\n").Select(line => Regex.Replace(line, "[ \t]+", " ").TrimEnd(' '))), "(\r\n)*$", "") + "\r\n";
        if (Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(body))) != tags["bh"])
            return false;
        var said = new StringBuilder();
        var left = fields.Where(field => field.Name != "dkim-signature").ToList();
        foreach (var name in tags["h"].Split(':'))
        {
            if (left.FindLastIndex(field => field.Name == name.ToLowerInvariant()) is >= 0 and var at)
            {
                said.Append($"{left[at].Name}:{left[at].Value}\r\n");
                left.RemoveAt(at);
            }
        }
        said.Append("dkim-signature:" + Regex.Replace(signature, "b=[A-Za-z0-9+/= ]+$", "b="));
        return rsa.VerifyData(Encoding.ASCII.GetBytes(said.ToString()), Convert.FromBase64String(tags["b"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
