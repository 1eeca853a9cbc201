using KvStore.Node.Storage;
using KvStore.Node.Storage.Verification;

namespace KvStore.Node.Hosting;

/// <summary>
/// <c>--verify [data directory]</c>: reads the directory and says how it is, instead of starting the member. Without one it is
/// the directory of the configuration.
/// </summary>
internal static class VerifyCommand
{
    public const string Name = "--verify";

    /// <param name="arguments">What follows <see cref="Name"/>.</param>
    /// <param name="configured">The directory of the configuration.</param>
    /// <returns>The exit code: 0 if all is well.</returns>
    public static int Run(IReadOnlyList<string> arguments, string configured)
    {
        if (arguments.Count > 1)
        {
            return ExitCode.Refuse(ExitCode.Configuration, $"{Name} takes one data directory, or none for that of the configuration.", []);
        }

        try
        {
            VerificationReport report = StoreVerification.Run(arguments.Count == 1 ? arguments[0] : configured);
            foreach (string line in report.Lines())
            {
                Console.WriteLine(line);
            }

            return report.IsHealthy ? 0 : ExitCode.Damaged;
        }
        catch (StoreRefusal refusal)
        {
            return ExitCode.Refuse(ExitCode.Directory, refusal.Message, []);
        }
    }
}
