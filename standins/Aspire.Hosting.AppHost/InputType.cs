using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting;

[Experimental("ASPIREINTERACTION001")]
public enum InputType
{
    Text = 0,
    SecretText = 1,
    Choice = 2,
    Boolean = 3,
    Number = 4,
    FileChooser = 5,
}
