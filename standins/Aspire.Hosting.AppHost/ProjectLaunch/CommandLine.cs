using System.Text;

namespace Aspire.Hosting.ProjectLaunch;

/// <summary>Splits a command line at blanks. Double quotes keep blanks together; a backslash takes the next quote or backslash as it is.</summary>
internal static class CommandLine
{
    public static List<string> Split(string line)
    {
        var arguments = new List<string>();
        var argument = new StringBuilder();
        var quoted = false;
        var begun = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && i + 1 < line.Length && line[i + 1] is '"' or '\\')
            {
                argument.Append(line[++i]);
                begun = true;
            }
            else if (c == '"')
            {
                quoted = !quoted;
                begun = true;
            }
            else if (char.IsWhiteSpace(c) && !quoted)
            {
                Finish();
            }
            else
            {
                argument.Append(c);
                begun = true;
            }
        }
        Finish();
        return arguments;

        void Finish()
        {
            if (begun)
            {
                arguments.Add(argument.ToString());
                argument.Clear();
                begun = false;
            }
        }
    }
}
