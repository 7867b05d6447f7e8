using System.Runtime.CompilerServices;

namespace GanKit;

/// <summary>Looks at what an option is set to.</summary>
internal static class Given
{
    /// <summary>The value, which must not be null: <c>init => field = Given.NotNull(value)</c> names the option.</summary>
    internal static T NotNull<T>(T? value, [CallerMemberName] string option = "") where T : class =>
        value ?? throw new ArgumentNullException(option);
}
