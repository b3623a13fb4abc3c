namespace Desk.Bench;

/// <summary>Measures what reads and judges (mail reader, clocks, triage, search) on real data, where it is present.</summary>
internal static class EvalCommand
{
    public static Task<int> RunAsync(Options options)
    {
        var folder = options.Words.FirstOrDefault() ?? Path.Combine("..", "shared", "data");
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"There is no folder {folder}. Give the folder with the data: ./desk eval DIR");
            return Task.FromResult(2);
        }
        int[] measured =
        [
            Mail.MailEvaluation.Run(Path.Combine(folder, "mail"), Console.Out),
            Routing.ClocksEvaluation.Run(Path.Combine(folder, "clocks"), Console.Out),
            Routing.TriageEvaluation.Run(folder, Console.Out),
            Routing.ImportEvaluation.Run(folder, Console.Out),
            Knowledge.SearchEvaluation.Run(Path.Combine(folder, "search"), Console.Out),
            Knowledge.SpellingEvaluation.Run(Console.Out),
            Knowledge.SearchLoad.Run(Console.Out),
            Knowledge.SimilarLoad.Run(Console.Out),
            Analytics.StaffingEvaluation.Run(Path.Combine(folder, "erlang"), Console.Out),
        ];
        return Task.FromResult(measured.Max());
    }
}
