#ifndef BERTH_TUI_CLI_MAN_H
#define BERTH_TUI_CLI_MAN_H

#include <stdio.h>

/* The manual page berth(1), in man(7)'s language, made from the command table. */
void man_print(FILE *to);

#endif
