using System.Text.Json;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Replies;
using Desk.Intake.Mail.Understanding;

namespace Desk.Bench.Mail;

/// <summary>Measures the mail reader, its judgement of automatic mail and its sight of what a person wrote, on mails nobody here wrote.</summary>
internal static class MailEvaluation
{
    private static readonly DeskMail Desk = new("support@desk.example", "desk.example");

    /// <summary>The folder holds <c>mikel</c>, <c>replies</c>, <c>bounces</c>, <c>bounces_expected.json</c> and <c>talon</c>; what is missing is said and skipped.</summary>
    public static int Run(string folder, TextWriter output)
    {
        var good = true;
        output.WriteLine("mail");
        good &= Readable(Path.Combine(folder, "mikel"), output);
        good &= Replies(Path.Combine(folder, "replies"), output);
        good &= Talon(Path.Combine(folder, "talon"), output);
        good &= Bounces(folder, output);
        return good ? 0 : 1;
    }

    private static bool Readable(string folder, TextWriter output)
    {
        if (Files(folder) is not { Count: > 0 } files)
            return Missing(folder, output);
        int read = 0, sender = 0, subject = 0, damaged = 0, automatic = 0;
        var surprising = new List<string>();
        foreach (var file in files)
        {
            var mail = MailReader.Read(File.ReadAllBytes(file));
            if (mail.TooMuch is null) read++;
            if (mail.From is not null) sender++;
            if (mail.Subject.Length > 0) subject++;
            if (mail.Damage.Count > 0) damaged++;
            var kind = MailKinds.Of(mail, null, Desk);
            if (kind.Kind == MailKind.Ordinary)
                continue;
            automatic++;
            // What says of itself that it is a machine's, or a report, is rightly called automatic.
            if (kind.Kind is not MailKind.Bounce)
                surprising.Add($"{Path.GetFileName(file)}: {kind.Why}");
        }
        output.WriteLine($"  reader     {read}/{files.Count} read, {sender} with a sender, {subject} with a subject, {damaged} damaged and read all the same");
        output.WriteLine($"  ordinary   {files.Count - automatic} ordinary, {automatic} automatic or bounces");
        foreach (var line in surprising)
            output.WriteLine($"             automatic: {line}");
        return read == files.Count;
    }

    private static bool Replies(string folder, TextWriter output)
    {
        if (Files(Path.Combine(folder, "emails")) is not { Count: > 0 } files)
            return Missing(folder, output);
        var wrong = new List<string>();
        foreach (var file in files)
        {
            var expected = File.ReadAllText(Path.Combine(folder, "trimmed", Path.GetFileName(file))).ReplaceLineEndings("\n").Trim();
            if (WrittenText.Of(File.ReadAllText(file)).Written.Trim() != expected)
                wrong.Add(Path.GetFileName(file));
        }
        output.WriteLine($"  replies    {files.Count - wrong.Count}/{files.Count} exact{(wrong.Count > 0 ? ": not " + string.Join(", ", wrong) : "")}");
        return wrong.Count == 0;
    }

    private static bool Talon(string folder, TextWriter output)
    {
        if (Files(Path.Combine(folder, "standard_replies")) is not { Count: > 0 } files)
            return Missing(folder, output);
        int right = 0, all = 0;
        var wrong = new List<string>();
        foreach (var file in files.Where(f => f.EndsWith(".eml", StringComparison.Ordinal)))
        {
            all++;
            var written = WrittenText.Of(MailReader.Read(File.ReadAllBytes(file)).Text).Written;
            if (written.Trim() == "Hello") right++;
            else wrong.Add(Path.GetFileName(file));
        }
        foreach (var file in Files(Path.Combine(folder, "html_replies")))
        {
            all++;
            var written = WrittenText.Of(HtmlText.From(File.ReadAllText(file))).Written;
            if (written.StartsWith("Hi. I am fine.", StringComparison.Ordinal) && !written.Contains("How are you", StringComparison.Ordinal)) right++;
            else wrong.Add(Path.GetFileName(file));
        }
        output.WriteLine($"  talon      {right}/{all} replies without their quote{(wrong.Count > 0 ? ": not " + string.Join(", ", wrong) : "")}");
        return true;
    }

    private static bool Bounces(string folder, TextWriter output)
    {
        var expectedFile = Path.Combine(folder, "bounces_expected.json");
        if (Files(Path.Combine(folder, "bounces")) is not { Count: > 0 } files || !File.Exists(expectedFile))
            return Missing(Path.Combine(folder, "bounces"), output);
        var expected = JsonSerializer.Deserialize<Dictionary<string, string[][]>>(File.ReadAllText(expectedFile))!;
        int automatic = 0, bounces = 0, judged = 0, rightJudged = 0, classed = 0, rightClass = 0;
        List<string> missed = [], wrong = [];
        foreach (var file in files)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var mail = MailReader.Read(File.ReadAllBytes(file));
            var kind = MailKinds.Of(mail, null, Desk);
            if (kind.Kind == MailKind.Ordinary) missed.Add($"{name} ({mail.Subject})");
            else automatic++;
            if (!expected.TryGetValue(name, out var rows) || rows.All(row => row[2] is "feedback" or "vacation" or "delivered"))
                continue;
            if (kind.Bounce is not { } bounce)
            {
                wrong.Add($"{name}: no bounce ({kind.Why})");
                judged++;
                continue;
            }
            bounces++;
            judged++;
            var hard = rows.Any(row => row[3] == "1");
            // Where the key judges one receiver of several, it is the first.
            if (bounce.Failed.Take(rows.Length).Any(failed => failed.Permanent) == hard) rightJudged++;
            else wrong.Add($"{name}: {rows[0][2]} {rows[0][0]}, read as {(hard ? "temporary" : "permanent")} ({string.Join("; ", bounce.Failed.Select(f => $"{f.Code} {f.Reason}"))})");
            if (rows[0][0].Length > 0)
            {
                classed++;
                if (bounce.Failed.Any(failed => failed.Code?[0] == rows[0][0][0])) rightClass++;
            }
        }
        var recall = (double)automatic / files.Count;
        output.WriteLine($"  bounces    {automatic}/{files.Count} automatic (recall {recall:0.000}), {bounces}/{judged} as bounces");
        output.WriteLine($"             {rightJudged}/{judged} right whether the address works ({(double)rightJudged / judged:0.000}), {rightClass}/{classed} right class of code ({(double)rightClass / classed:0.000})");
        foreach (var line in missed)
            output.WriteLine($"             missed: {line}");
        if (Environment.GetEnvironmentVariable("DESK_EVAL_DETAILS") is { Length: > 0 })
        {
            foreach (var line in wrong)
                output.WriteLine($"             wrong: {line}");
        }
        return recall >= 0.99 && rightJudged >= 0.95 * judged;
    }

    private static List<string> Files(string folder)
        => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal)] : [];

    private static bool Missing(string folder, TextWriter output)
    {
        output.WriteLine($"  {folder} is not here: skipped");
        return true;
    }
}
