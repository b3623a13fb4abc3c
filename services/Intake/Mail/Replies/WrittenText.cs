namespace Desk.Intake.Mail.Replies;

/// <summary>A message in two: what the person wrote now, and the rest (quote, signature, "sent from"), which is folded away and never deleted.</summary>
internal sealed record WrittenText(string Written, string? Folded)
{
    /// <summary>
    /// Splits by the kinds of its lines. Where nothing would be left, all of it counts as written: a person who only quotes means the quote.
    /// </summary>
    public static WrittenText Of(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var kinds = LineKinds.Of(lines);
        var keep = new bool[lines.Length];
        Array.Fill(keep, true);

        CutFrom(FirstCut(kinds, keep), keep);
        DropWhere(kinds, keep, LineKind.SentFrom);
        var answerIsLast = AnswerUnderQuote(kinds, keep);
        if (answerIsLast < 0)
        {
            CutAtAttribution(kinds, keep);
            // What introduces a quote that is answered line by line says nothing by itself.
            DropWhere(kinds, keep, LineKind.Attribution);
            DropTrailing(kinds, keep);
        }
        Feet.Fold(lines, kinds, keep);

        var written = Join(lines, keep, true);
        if (written.Length == 0)
            return new WrittenText(text.Trim('\n'), null);
        var folded = Join(lines, keep, false);
        return new WrittenText(written, folded.Length == 0 ? null : folded);
    }

    /// <summary>The first line that ends what was written whatever follows: a signature mark, a forwarded header, "Original message".</summary>
    private static int FirstCut(LineKind[] kinds, bool[] keep)
    {
        var textBefore = false;
        for (var i = 0; i < kinds.Length; i++)
        {
            if (textBefore && kinds[i] is LineKind.Delimiter or LineKind.Original or LineKind.Header && textBefore)
                return i;
            // A quote alone before a mark is something said too: "> is this right? -- Anna" does not exist, a quote with an answer does.
            textBefore |= kinds[i] is LineKind.Text;
        }
        return keep.Length;
    }

    /// <summary>Answers below a quote, or -1: everything before the text that follows the last quote goes.</summary>
    private static int AnswerUnderQuote(LineKind[] kinds, bool[] keep)
    {
        var attribution = IndexOf(kinds, keep, 0, LineKind.Attribution);
        if (attribution < 0 || AnyBefore(kinds, keep, attribution, LineKind.Text) || AnyBefore(kinds, keep, attribution, LineKind.Quote))
            return -1;
        var answer = -1;
        for (var i = attribution; i < kinds.Length; i++)
        {
            if (!keep[i])
                continue;
            if (kinds[i] == LineKind.Text)
            {
                if (answer < 0) answer = i;
            }
            else if (kinds[i] is LineKind.Quote or LineKind.Attribution && answer >= 0)
            {
                // Text and quotes take turns: an answer line by line.
                return -1;
            }
        }
        if (answer < 0)
            return -1;
        for (var i = 0; i < answer; i++)
            keep[i] = false;
        return answer;
    }

    /// <summary>"On … wrote:" with text before it ends the writing, unless answers stand between quotes further down.</summary>
    private static void CutAtAttribution(LineKind[] kinds, bool[] keep)
    {
        for (var i = 0; i < kinds.Length; i++)
        {
            if (!keep[i] || kinds[i] != LineKind.Attribution || !AnyBefore(kinds, keep, i, LineKind.Text))
                continue;
            bool quote = false, answered = false, quotedAgain = false;
            for (var j = i + 1; j < kinds.Length; j++)
            {
                if (!keep[j])
                    continue;
                quotedAgain |= answered && kinds[j] == LineKind.Quote;
                answered |= quote && kinds[j] == LineKind.Text;
                quote |= kinds[j] == LineKind.Quote;
            }
            if (!quotedAgain)
            {
                CutFrom(i, keep);
                return;
            }
        }
    }

    private static void DropTrailing(LineKind[] kinds, bool[] keep)
    {
        for (var i = kinds.Length - 1; i >= 0; i--)
        {
            if (!keep[i])
                continue;
            if (kinds[i] is LineKind.Text)
                return;
            keep[i] = false;
        }
    }

    private static void CutFrom(int first, bool[] keep)
    {
        for (var i = first; i < keep.Length; i++)
            keep[i] = false;
    }

    private static void DropWhere(LineKind[] kinds, bool[] keep, LineKind kind)
    {
        for (var i = 0; i < kinds.Length; i++)
            keep[i] &= kinds[i] != kind;
    }

    private static int IndexOf(LineKind[] kinds, bool[] keep, int from, LineKind kind)
    {
        for (var i = from; i < kinds.Length; i++)
        {
            if (keep[i] && kinds[i] == kind)
                return i;
        }
        return -1;
    }

    private static bool AnyBefore(LineKind[] kinds, bool[] keep, int before, LineKind kind) => IndexOf(kinds, keep, 0, kind) is >= 0 and var i && i < before;

    private static string Join(string[] lines, bool[] keep, bool kept)
        => string.Join('\n', lines.Where((_, i) => keep[i] == kept)).Trim('\n', ' ', '\t', '\r');
}
