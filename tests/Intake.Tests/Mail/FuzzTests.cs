using System.Diagnostics;
using System.Globalization;
using System.Text;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Replies;
using Desk.Intake.Mail.Understanding;
using Xunit.Abstractions;

namespace Desk.Intake.Tests.Mail;

/// <summary>
/// Damaged mails: bytes flipped, parts cut, doubled and nested. 20,000 in a run; <c>DESK_FUZZ=1000000</c> makes it a long one. The seeds are samples of
/// our own, and the mails of the folder <c>DESK_DATA</c> (or <c>../shared/data</c>) where there is one.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const string Word = "qzqMARKqzq";

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    private static readonly DeskMail Desk = new("support@desk.example", "desk.example");

    [Fact]
    public void No_damage_makes_the_reader_throw_linger_swell_or_lose_what_was_said()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("DESK_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 20_000;
        var seeds = Seeds();
        var total = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;
        var largest = 0.0;
        var damaged = 0;
        // Each case has a seed of its own: a failure is made again by its number.
        for (var number = 0; number < cases; number++)
        {
            var random = new Random(number);
            var bytes = Mutate(seeds[number % seeds.Count], seeds, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.GetTimestamp();
            ReceivedMail mail;
            try
            {
                mail = ReadAll(bytes);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"case {number} of {seeds.Count} seeds throws", failure);
            }
            var took = Stopwatch.GetElapsedTime(watch);
            var cost = GC.GetAllocatedBytesForCurrentThread() - before;
            if (took > slowest) slowest = took;
            largest = Math.Max(largest, cost / (bytes.Length + 20_000.0));
            // A pause of the whole machine is not the reader's: what is slow must be slow again.
            if (took > MostTime)
            {
                watch = Stopwatch.GetTimestamp();
                ReadAll(bytes);
                Assert.True(Stopwatch.GetElapsedTime(watch) < MostTime, $"case {number} took {took}");
            }
            Assert.True(cost < 2_000_000 + (bytes.Length * 200L), $"case {number}: {cost} bytes for {bytes.Length}");
            Storable(mail, number);
            if (mail.Damage.Count > 0) damaged++;
            Assert.True(mail.TooMuch is not null || !IsLost(mail, bytes), $"case {number}: what was said is nowhere, and nothing says so");
        }
        output.WriteLine($"{cases} cases of {seeds.Count} seeds in {total.Elapsed.TotalSeconds:0.0} s; slowest {slowest.TotalMilliseconds:0} ms, at most {largest:0} bytes a byte, {damaged} with damage said");
    }

    /// <summary>All that is done with a mail before it is stored.</summary>
    private static ReceivedMail ReadAll(byte[] bytes)
    {
        var mail = MailReader.ReadUnguarded(bytes, MailLimits.Usual);
        _ = MailKinds.Of(mail, null, Desk);
        _ = WrittenText.Of(mail.Text);
        _ = SignaturePictures.Without(mail);
        _ = Forward.Of(mail);
        return mail;
    }

    private static void Storable(ReceivedMail mail, int number)
    {
        foreach (var text in mail.Files.Select(file => file.Name).Append(mail.Text).Append(mail.Subject).Append(mail.From?.Name ?? "").Append(mail.Html ?? ""))
        {
            if (text.Contains('\0') || !IsWhole(text))
                Assert.Fail($"case {number}: a text that cannot be stored");
        }
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    /// <summary>The word stands in the body as it is, and in nothing that was read of it.</summary>
    private static bool IsLost(ReceivedMail mail, byte[] bytes)
    {
        var word = Encoding.ASCII.GetBytes(Word);
        if (mail.Damage.Count > 0 || !IsSaid(bytes.AsSpan(Math.Min(mail.BodyStart, bytes.Length)), word))
            return false;
        // In what is encoded the word is not the word.
        if (Encoding.Latin1.GetString(bytes) is var raw && (raw.Contains("base64", StringComparison.OrdinalIgnoreCase) || raw.Contains("\nbegin ", StringComparison.Ordinal) || raw.Contains("uue", StringComparison.OrdinalIgnoreCase)))
            return false;
        return !(mail.Text.Contains(Word, StringComparison.Ordinal) || mail.Html?.Contains(Word, StringComparison.Ordinal) == true
            || mail.Files.Any(file => file.Name.Contains(Word, StringComparison.Ordinal) || file.Content.Span.IndexOf(word) >= 0)
            || mail.Reports.Count > 0 || mail.Returned is not null);
    }

    /// <summary>It stands where text stands: not on a boundary line, not among the parameters of a part's header, and not begun by the half of a letter of two bytes.</summary>
    private static bool IsSaid(ReadOnlySpan<byte> body, ReadOnlySpan<byte> word)
    {
        for (var from = 0; body[from..].IndexOf(word) is >= 0 and var found; from += found + word.Length)
        {
            var at = from + found;
            var line = body[(body[..at].LastIndexOf((byte)'\n') + 1)..at];
            if (!line.StartsWith("--"u8) && !line.StartsWith("Content-"u8) && !line.StartsWith("\t"u8) && !line.StartsWith(" "u8) && (at == 0 || body[at - 1] < 0x80))
                return true;
        }
        return false;
    }

    private static List<byte[]> Seeds()
    {
        var seeds = Samples.All.Select(sample => Encoding.UTF8.GetBytes(sample.ReplaceLineEndings("\r\n"))).ToList();
        seeds.AddRange(Samples.All.Select(sample => Encoding.UTF8.GetBytes(sample)));
        var folder = Environment.GetEnvironmentVariable("DESK_DATA") ?? Path.Combine(Root(), "..", "shared", "data");
        if (Directory.Exists(Path.Combine(folder, "mail")))
        {
            seeds.AddRange(Directory.EnumerateFiles(Path.Combine(folder, "mail"), "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes).Where(bytes => bytes.Length is > 0 and < 60_000));
        }
        return seeds;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Desk.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? AppContext.BaseDirectory;
    }

    private static byte[] Mutate(byte[] seed, List<byte[]> seeds, Random random)
    {
        var bytes = seed;
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(bytes.Length + 1);
            bytes = random.Next(9) switch
            {
                0 => Flipped(bytes, random),
                1 => Without(bytes, at, random.Next(300)),
                2 => bytes[..at],
                3 => Piece(seeds[random.Next(seeds.Count)], random) is var piece ? Insert(bytes, at, piece) : bytes,
                4 => Insert(bytes, at, Piece(bytes, random)),
                5 => Insert(bytes, at, Enumerable.Repeat("\0\r\n-=?<\"(;&\u001B"u8[random.Next(12)], random.Next(1, 300)).ToArray()),
                6 => Doubled(bytes, random),
                7 => Nested(bytes, random),
                _ => Insert(bytes, LineStart(bytes, at), Encoding.ASCII.GetBytes(Word + "\r\n")),
            };
            if (bytes.Length > 400_000)
                bytes = bytes[..400_000];
        }
        return bytes;
    }

    private static byte[] Flipped(byte[] bytes, Random random)
    {
        var copy = (byte[])bytes.Clone();
        for (var times = random.Next(1, 20); times > 0 && copy.Length > 0; times--)
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        return copy;
    }

    private static byte[] Insert(byte[] bytes, int at, byte[] piece) => [.. bytes[..at], .. piece, .. bytes[at..]];

    private static byte[] Without(byte[] bytes, int at, int length) => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + length)..]];

    private static byte[] Piece(byte[] bytes, Random random)
    {
        var from = random.Next(bytes.Length + 1);
        return bytes[from..Math.Min(bytes.Length, from + random.Next(800))];
    }

    private static int LineStart(byte[] bytes, int at) => at == 0 ? 0 : Array.LastIndexOf(bytes, (byte)'\n', Math.Min(at, bytes.Length) - 1) + 1;

    /// <summary>From one boundary line to the next, once or many times more.</summary>
    private static byte[] Doubled(byte[] bytes, Random random)
    {
        var first = bytes.AsSpan().IndexOf("\n--"u8);
        if (first < 0)
            return Insert(bytes, 0, Piece(bytes, random));
        var second = bytes.AsSpan(first + 3).IndexOf("\n--"u8);
        var part = bytes[(first + 1)..(second < 0 ? bytes.Length : first + 3 + second + 1)];
        return Insert(bytes, first + 1, [.. Enumerable.Repeat(part, random.Next(1, 40)).SelectMany(piece => piece)]);
    }

    /// <summary>The mail inside a mail, or in a part, once or a few times.</summary>
    private static byte[] Nested(byte[] bytes, Random random)
    {
        for (var depth = random.Next(1, 6); depth > 0; depth--)
        {
            var head = random.Next(3) switch
            {
                0 => "From: outer@a.example\r\nContent-Type: message/rfc822\r\n\r\n",
                1 => $"From: outer@a.example\r\nContent-Type: multipart/mixed; boundary=n{depth}\r\n\r\n--n{depth}\r\nContent-Type: message/rfc822\r\n\r\n",
                _ => $"From: outer@a.example\r\nContent-Type: multipart/alternative; boundary=n{depth}\r\n\r\n--n{depth}\r\n",
            };
            bytes = [.. Encoding.ASCII.GetBytes(head), .. bytes];
        }
        return bytes;
    }
}
