using System.Text;

namespace Desk.Knowledge.Guides;

/// <summary>A question that was met, and what was answered.</summary>
internal sealed record GuidePassed(string Question, string Answer);

/// <summary>An answer to choose, and the way it makes.</summary>
internal sealed record GuideChoice(string Text, bool Back, string Via);

/// <summary>
/// Where a way through a guide has come. A way is the keys of the steps gone to, with dots between; where two answers of one step lead to the same,
/// the second is told by <c>~2</c>. A way that the guide no longer has ends where it left it (Changed).
/// </summary>
internal sealed record GuideWalk(GuideStep Step, IReadOnlyList<GuidePassed> Passed, IReadOnlyList<GuideChoice> Choices, string Via, bool Changed)
{
    private const int Longest = 200;

    public static GuideWalk Of(Guide guide, string? via)
    {
        var (step, passed, gone, changed) = (guide.Start, new List<GuidePassed>(), new List<string>(), false);
        foreach (var leg in (via ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = Legs(step).ToList().FindIndex(known => known == leg);
            if (at < 0 || passed.Count == Longest || guide.Step(step.Answers[at].To) is not { } next)
            {
                changed = true;
                break;
            }
            passed.Add(new GuidePassed(step.Title, step.Answers[at].Text));
            gone.Add(leg);
            step = next;
        }
        return new GuideWalk(
            step, passed, [.. step.Answers.Zip(Legs(step), (answer, leg) => new GuideChoice(answer.Text, answer.Back, string.Join('.', gone.Append(leg))))], string.Join('.', gone), changed);
    }

    /// <summary>What was tried, as text for a ticket.</summary>
    public string Summary(string title, string language)
    {
        var text = new StringBuilder("Guide: ").Append(title).Append('\n');
        for (var i = 0; i < Passed.Count; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i + 1}. {Passed[i].Question} {(language == "sv" ? "Svar" : "Answer")}: {Passed[i].Answer}\n");
        return text.Append(language == "sv" ? "Slutade i: " : "Ended in: ").Append(Step.Title).ToString();
    }

    private static IEnumerable<string> Legs(GuideStep step) => step.Answers.Select((answer, i) =>
        step.Answers.Take(i).Count(earlier => earlier.To == answer.To) is > 0 and var before ? $"{answer.To}~{before + 1}" : answer.To);
}
