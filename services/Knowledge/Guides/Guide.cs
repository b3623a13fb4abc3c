using System.Text.RegularExpressions;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Guides;

/// <summary>How a guide ends: the matter is solved, the desk is asked, or there is a page to take to somebody else.</summary>
internal enum Ending { Solved, Ask, Take }

/// <summary>An answer to a step's question, and the step it leads to. Back: to a step that was passed already, to try again.</summary>
internal sealed record GuideAnswer(string To, string Text, bool Back);

/// <summary>A question with its answers, or an end. Body is Markdown. Category is what the ticket is about when it ends in asking.</summary>
internal sealed record GuideStep(string Key, string Title, string Body, IReadOnlyList<GuideAnswer> Answers, Ending? End, string? Category);

/// <summary>
/// An article in steps, where each answer leads on. It is written as text: <c>== key: Question</c> begins a step; below it Markdown, then its
/// answers, <c>-> key: Answer</c>, or <c>&lt;- key: Answer</c> back to an earlier step; or its end, <c>=> solved</c>, <c>=> ask category</c> or
/// <c>=> take</c>. What stands before the first step is what readers meet first.
/// </summary>
internal sealed partial record Guide(string Intro, IReadOnlyList<GuideStep> Steps)
{
    private const int MostSteps = 100;
    private const int MostAnswers = 10;

    public GuideStep Start => Steps[0];

    /// <summary>The step of a key; of several, the first.</summary>
    public GuideStep? Step(string key) => Steps.FirstOrDefault(step => step.Key == key);

    /// <summary>The guide that a body is; null when it has no step and is an ordinary article.</summary>
    public static Guide? Parse(string body)
    {
        var (intro, steps) = (new List<string>(), new List<Draft>());
        var (fence, marked) = (false, false);
        foreach (var line in body.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                fence = !fence;
            else if (line.StartsWith(":::", StringComparison.Ordinal))
                marked = line.Trim(':', ' ').Length > 0;
            if (!fence && StepLine().Match(line) is { Success: true } step)
            {
                steps.Add(new Draft(step.Groups[1].Value, step.Groups[2].Value.Trim()));
                marked = false;
            }
            else if (steps.Count > 0 && !fence && !marked && AnswerLine().Match(line) is { Success: true } answer)
            {
                steps[^1].Answers.Add(new GuideAnswer(answer.Groups[2].Value, answer.Groups[3].Value.Trim(), answer.Groups[1].Value == "<-"));
            }
            else if (steps.Count > 0 && !fence && !marked && EndLine().Match(line) is { Success: true } end)
            {
                steps[^1].Ends.Add((Enum.Parse<Ending>(end.Groups[1].Value, ignoreCase: true), end.Groups[2].Value is { Length: > 0 } category ? category : null));
            }
            else
            {
                (steps.Count == 0 ? intro : steps[^1].Lines).Add(line);
            }
        }
        return steps.Count == 0 ? null : new Guide(Text(intro), [.. steps.Select(step => new GuideStep(
            step.Key, step.Title, Text(step.Lines), step.Answers, step.Ends.Count > 0 ? step.Ends[0].End : null, step.Ends.Count > 0 ? step.Ends[0].Category : null))]);

        static string Text(List<string> lines) => string.Join('\n', lines).Trim();
    }

    /// <summary>What is wrong with it, in words for its writer; none when every way leads to an end.</summary>
    public IEnumerable<string> Faults()
    {
        if (Steps.Count > MostSteps)
            yield return Phrase.Of($"En guide har högst {MostSteps} steg.", $"A guide has at most {MostSteps} steps.");
        foreach (var twice in Steps.GroupBy(step => step.Key).Where(same => same.Count() > 1))
            yield return Phrase.Of($"Två steg heter {twice.Key}.", $"Two steps are called {twice.Key}.");
        foreach (var part in Steps.Select(step => step.Body).Append(Intro).Where(part => !IsClosed(part)))
            yield return Phrase.Of($"En märkt del slutar i det steg där den började, före nästa: {part[..Math.Min(part.Length, 40)].ReplaceLineEndings(" ")} …", $"A marked part ends where it began, before the next step: {part[..Math.Min(part.Length, 40)].ReplaceLineEndings(" ")} …");
        foreach (var step in Steps)
        {
            if (step.Answers.Count > MostAnswers)
                yield return Phrase.Of($"Steget {step.Key} har fler än {MostAnswers} svar.", $"Step {step.Key} has more than {MostAnswers} answers.");
            if (step.End is null && step.Answers.All(answer => answer.Back))
                yield return Phrase.Of($"Steget {step.Key} är en återvändsgränd: ge det ett svar som leder vidare (->) eller ett slut (=>).", $"Step {step.Key} is a dead end: give it an answer that leads on (->) or an end (=>).");
            if (step.End is not null && step.Answers.Count > 0)
                yield return Phrase.Of($"Steget {step.Key} både slutar och leder vidare: välj ett.", $"Step {step.Key} both ends and leads on: choose one.");
            foreach (var answer in step.Answers.Where(answer => Step(answer.To) is null))
                yield return Phrase.Of($"Steget {step.Key} leder till {answer.To}, som inte finns.", $"Step {step.Key} leads to {answer.To}, which there is not.");
            foreach (var answer in step.Answers.Where(answer => answer.Back && Step(answer.To) is not null && !Reached(answer.To).Contains(step.Key)))
                yield return Phrase.Of($"Steget {step.Key} går tillbaka (<-) till {answer.To}, som inte leder till det.", $"Step {step.Key} goes back (<-) to {answer.To}, which does not lead to it.");
        }
        var reached = Reached(Start.Key);
        foreach (var lost in Steps.Where(step => !reached.Contains(step.Key)))
            yield return Phrase.Of($"Steget {lost.Key} nås aldrig.", $"Step {lost.Key} is never reached.");
        foreach (var step in Steps.Where(step => step.Answers.Any(answer => !answer.Back && Reached(answer.To).Contains(step.Key))))
            yield return Phrase.Of($"Steget {step.Key} leder runt till sig självt: märk vägen tillbaka med <-.", $"Step {step.Key} leads round to itself: mark the way back with <-.");
    }

    /// <summary>The step and all it leads on to, not by ways back.</summary>
    private HashSet<string> Reached(string from)
    {
        var (reached, next) = (new HashSet<string> { from }, new Stack<string>([from]));
        while (next.TryPop(out var key))
        {
            foreach (var answer in Step(key)?.Answers.Where(answer => !answer.Back) ?? [])
            {
                if (reached.Add(answer.To))
                    next.Push(answer.To);
            }
        }
        return reached;
    }

    private static bool IsClosed(string part)
        => part.Split('\n').Where(line => line.StartsWith(":::", StringComparison.Ordinal)).Sum(line => line.Trim(':', ' ').Length > 0 ? 1 : -1) == 0;

    private sealed record Draft(string Key, string Title)
    {
        public List<string> Lines { get; } = [];
        public List<GuideAnswer> Answers { get; } = [];
        public List<(Ending End, string? Category)> Ends { get; } = [];
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^== ([a-z0-9][a-z0-9-]{0,39}): *(\S.{0,199})$", Options, 1000)]
    private static partial Regex StepLine();

    [GeneratedRegex(@"^(->|<-) ([a-z0-9][a-z0-9-]{0,39}): *(\S.{0,199})$", Options, 1000)]
    private static partial Regex AnswerLine();

    [GeneratedRegex(@"^=> (solved|ask|take)(?: ([a-z0-9.-]{1,100}))? *$", Options, 1000)]
    private static partial Regex EndLine();
}
